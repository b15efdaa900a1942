extension Unicode.Scalar {
    /// Control characters (C0, DEL, C1), line and paragraph separators, and the marks, embeddings, overrides and
    /// isolates of the Unicode bidirectional algorithm (UAX #9), and two scalars that XML cannot hold.
    package var isSteering: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: true
        default: false
        }
    }

    /// The scalar as JSON's `\uXXXX` if it must be escaped; `nil` otherwise.
    package var jsonEscape: String? {
        guard isSteering else { return nil }
        return "\\u" + padded(value, 4, radix: 16)
    }
}
