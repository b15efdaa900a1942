extension String {
    /// A key or a flag in one spelling: lower case, with hyphens between words.
    ///
    /// `DTMF-security`, `dtmf_security` and `DTMF security` are one key.
    var asWord: String {
        String(
            decoding: utf8.map { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
                case UInt8(ascii: " "), UInt8(ascii: "_"): UInt8(ascii: "-")
                default: byte
                }
            }, as: UTF8.self)
    }
}
