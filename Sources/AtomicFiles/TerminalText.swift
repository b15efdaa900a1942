extension String {
    /// This text with visible replacements for characters that could control a terminal or change the direction of a
    /// line, such as `\u{1b}`. Bytes of names that are not UTF-8 become `\xHH`.
    ///
    /// File names, a gateway's words and a caller's reference come from outside. Line feed and tab stay, and a carriage
    /// return before a line feed, because tables and CSV use them. For a name inside a line use ``quoted``.
    package var terminalText: String {
        guard unicodeScalars.contains(where: { $0.hint != nil }) else { return self }
        var result = ""
        var scalars = unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            let endsLine = scalar == "\r" && scalars.first == "\n"
            if let hint = scalar.hint, scalar != "\n", scalar != "\t", !endsLine {
                result += hint
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// ``terminalText`` of a name. Line feeds and tabs are replaced too, so that a name cannot create a further line.
    package var quoted: String {
        PathBytes.shown(self)
    }
}
