internal import Foundation

internal import TextFormats

/// JSON in which no character stands that steers a terminal or turns the direction of a line.
package enum SafeJSON {
    /// `value`, its members in order of name, so that equal values are equal bytes.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        // Those below 0x20 are escaped by every encoder; line feeds between members stay.
        guard text.unicodeScalars.contains(where: { $0.value >= 0x7F && $0.isSteering }) else { return text }
        return text.unicodeScalars.map { scalar in
            scalar.value >= 0x7F ? scalar.jsonEscape ?? String(scalar) : String(scalar)
        }.joined()
    }
}
