extension String {
    /// This text with every character visible that could steer a terminal or turn the direction of a line, as `\u{1b}`.
    ///
    /// File names, a gateway's words and a caller's reference come from outside. Line feed and tab stay, and a carriage return
    /// before a line feed, since tables and CSV are made of them; a name inside a line goes through ``quoted``.
    var terminalText: String {
        guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
        var result = ""
        var scalars = unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            let endsLine = scalar == "\r" && scalars.first == "\n"
            if scalar.steersTerminals && scalar != "\n" && scalar != "\t" && !endsLine {
                result += scalar.escape
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// ``terminalText`` of a name: line feeds and tabs are shown, too, so that no name can pass for a line of its own.
    var quoted: String {
        guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
        return unicodeScalars.map { $0.steersTerminals ? $0.escape : String($0) }.joined()
    }
}

extension Unicode.Scalar {
    /// Control characters (C0, DEL, C1), line and paragraph separators, and the marks, embeddings, overrides and isolates of the
    /// Unicode bidirectional algorithm (UAX #9).
    fileprivate var steersTerminals: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var escape: String { "\\u{\(String(value, radix: 16))}" }

    /// The scalar as JSON's `\uXXXX` where it must not stand in a line as it is; `nil` elsewhere.
    var jsonEscape: String? {
        guard steersTerminals else { return nil }
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
