/// A string of flags as a proxy's script has it: `replace-origin label=a codec=[strip=[opus EVS]]`.
///
/// Newer Kamailio hands it over as `rtpp_flags` without a look at it.
enum RawFlags {
    /// One entry: a flag, or a key with its value.
    typealias Entry = (key: String, value: NGValue?)

    /// The entries in their order. Brackets that do not match, or that nest too deep, are malformed.
    static func entries(_ text: String) throws(NGFault) -> [Entry] {
        var reader = Reader(text: Array(text.utf8))
        let entries = try reader.entries(depth: 0)
        guard reader.isAtEnd else { throw .malformed }
        return entries
    }

    private struct Reader {
        let text: [UInt8]
        var place = 0

        var isAtEnd: Bool { place == text.count }

        mutating func entries(depth: Int) throws(NGFault) -> [Entry] {
            guard depth <= NGLimits.depth else { throw .tooDeep }
            var entries: [Entry] = []
            while true {
                while place < text.count, isSpace(text[place]) { place += 1 }
                guard place < text.count, text[place] != UInt8(ascii: "]") else { return entries }
                let key = word(endsAtEqualSign: true)
                if place < text.count, text[place] == UInt8(ascii: "=") {
                    place += 1
                    entries.append((key, try value(depth: depth)))
                } else if place < text.count, text[place] == UInt8(ascii: "[") {
                    throw .malformed
                } else {
                    entries.append((key, nil))
                }
            }
        }

        private mutating func value(depth: Int) throws(NGFault) -> NGValue {
            guard place < text.count, text[place] == UInt8(ascii: "[") else {
                return .text(word(endsAtEqualSign: false))
            }
            place += 1
            let entries = try entries(depth: depth + 1)
            guard place < text.count else { throw .cutShort }
            place += 1
            guard entries.contains(where: { $0.value != nil }) else { return .list(entries.map { .text($0.key) }) }
            return .dictionary(
                NGDictionary(entries.map { (Array($0.key.utf8), $0.value ?? .integer(1)) }) { first, _ in first })
        }

        private mutating func word(endsAtEqualSign: Bool) -> String {
            let first = place
            while place < text.count, !isSpace(text[place]), text[place] != UInt8(ascii: "]"),
                text[place] != UInt8(ascii: "["), !(endsAtEqualSign && text[place] == UInt8(ascii: "="))
            {
                place += 1
            }
            return String(decoding: text[first..<place], as: UTF8.self)
        }

        private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
    }
}
