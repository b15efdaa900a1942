/// Text as a quoted JSON string (RFC 8259), with short escapes where they exist and without escaped slashes.
package enum JSONString {
    /// Appends `text` in quotes.
    ///
    /// - Parameter showsSteering: Whether characters that could control a terminal are also escaped.
    package static func append(_ text: String, to json: inout [UInt8], showsSteering: Bool = false) {
        json.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") })
            || showsSteering && text.unicodeScalars.contains(where: \.isSteering)
        {
            for scalar in text.unicodeScalars { json += escaped(scalar, showsSteering).utf8 }
        } else {
            json += text.utf8
        }
        json.append(UInt8(ascii: "\""))
    }

    /// `text` in quotes, with characters that could control a terminal escaped.
    static func shown(_ text: String) -> String {
        var json: [UInt8] = []
        append(text, to: &json, showsSteering: true)
        return String(decoding: json, as: UTF8.self)
    }

    private static func escaped(_ scalar: Unicode.Scalar, _ showsSteering: Bool) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0}"..."\u{1F}": return "\\u" + padded(scalar.value, 4, radix: 16)
        default: return (showsSteering ? scalar.jsonEscape : nil) ?? String(scalar)
        }
    }
}
