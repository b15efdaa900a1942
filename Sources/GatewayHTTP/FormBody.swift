package import PaymentSession
internal import TextFormats

/// A request's body as an HTML form (`application/x-www-form-urlencoded`), written straight into locked memory.
package struct FormBody {
    package static let contentType = "application/x-www-form-urlencoded"
    package let bytes = SecretBytes()

    package init() {}

    /// Adds a field; name and value are percent-encoded.
    package func add(_ name: String, _ value: String) {
        begin(name)
        addEncoded(value)
    }

    /// Adds a field of digits, which need no encoding.
    package func add(_ name: String, _ digits: borrowing SensitiveDigits) {
        begin(name)
        bytes.append(digits)
    }

    private func begin(_ name: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        addEncoded(name)
        bytes.append(UInt8(ascii: "="))
    }

    /// Adds `text` percent-encoded. Runs of plain characters are copied together.
    private func addEncoded(_ text: String) {
        let text = text.utf8.span
        var start = 0
        for index in text.indices where !Self.isPlain(text[index]) {
            bytes.append(text.extracting(start..<index))
            for digit in Hex.percentEncoded(text[index]).utf8 { bytes.append(digit) }
            start = index + 1
        }
        bytes.append(text.extracting(start..<text.count))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}
