/// Comma-separated values (RFC 4180) that spreadsheets read correctly.
package enum CSV {
    /// The byte order mark before the first row, by which spreadsheets recognise UTF-8.
    package static let byteOrderMark = "\u{FEFF}"

    /// A row with CR and LF.
    package static func row(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// A field, quoted if necessary and never a formula.
    ///
    /// A spreadsheet takes text that begins with `=`, `+`, `-`, `@`, their full-width forms or a control character for
    /// a formula. An apostrophe before it marks it as text. A number stays a number.
    package static func field(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map(beginsFormula) == true && !isNumber(text)
        let text = isFormula ? "'" + text : text
        guard text.unicodeScalars.contains(where: needsQuotes) || text.hasPrefix(" ") || text.hasSuffix(" ") else {
            return text
        }
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.append(scalar) }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\u{0}"..."\u{1F}": true
        default: false
        }
    }

    /// Spreadsheets of some countries separate fields by a semicolon or a tab.
    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", ";", "\"", "\u{0}"..."\u{1F}", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// Digits with an optional sign and an optional decimal point. `-` alone is text too.
    private static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return digits.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
