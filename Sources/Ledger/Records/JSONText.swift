internal import TextFormats

/// Text as JSON writes it (RFC 8259), the way Foundation's encoder does without escaped slashes.
enum JSONText {
    static func add(_ text: String, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for scalar in text.unicodeScalars { json += escaped(scalar).utf8 }
        } else {
            json += text.utf8
        }
        json.append(UInt8(ascii: "\""))
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0}"..."\u{1F}": return "\\u" + padded(scalar.value, 4, radix: 16)
        default: return String(scalar)
        }
    }
}
