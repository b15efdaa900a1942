internal import Foundation

internal import TextFormats

/// JSON without characters that control a terminal or change the direction of a line.
package enum SafeJSON {
    /// Encodes `value` with its members in order of name, so that equal values have equal bytes.
    package static func encode(_ value: some Encodable, isPretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        let text = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        // Every encoder escapes the characters below 0x20. Line feeds between members stay.
        guard text.unicodeScalars.contains(where: { $0.value >= 0x7F && $0.isSteering }) else { return text }
        return text.unicodeScalars.map { scalar in
            scalar.value >= 0x7F ? scalar.jsonEscape ?? String(scalar) : String(scalar)
        }.joined()
    }
}
