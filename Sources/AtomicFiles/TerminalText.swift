extension String {
    /// This text with every character visible that could steer a terminal or turn the direction of a line, as `\u{1b}`,
    /// and with bytes of names that are no UTF-8 as `\xHH`.
    ///
    /// File names, a gateway's words and a caller's reference come from outside. Line feed and tab stay, and a carriage
    /// return before a line feed, since tables and CSV are made of them; a name inside a line goes through ``quoted``.
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

    /// ``terminalText`` of a name: line feeds and tabs are shown, too, so that no name can pass for a line of its own.
    package var quoted: String {
        PathBytes.shown(self)
    }
}
