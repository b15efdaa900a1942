/// The keys and flags of a request, each in one spelling, wherever the proxy put them.
package struct NGFields: Sendable {
    /// Values by key.
    private var values: [String: NGValue] = [:]
    /// Flags that stand alone.
    package private(set) var flags: Set<String> = []
    /// Keys that were given twice, with two values.
    private(set) var contradicted: Set<String> = []
    /// Whether `rtpp_flags` named the sender itself, which counts as the flag `directional`.
    private var namesSender = false

    /// - Throws: ``NGRefusal`` for flags that cannot be understood as such.
    init(_ message: NGMessage) throws(NGRefusal) {
        contradicted = Set(message.contradicted.map { Self.key(String(decoding: $0, as: UTF8.self)) })
        for (key, value) in message.body.inOrder {
            let key = Self.key(String(decoding: key, as: UTF8.self))
            if key != "flags" && key != "rtpp-flags" { set(key, value) }
        }
        // Flags last: what they say of a tag replaces what the proxy says of every request.
        for (key, value) in message.body.inOrder {
            switch Self.key(String(decoding: key, as: UTF8.self)) {
            case "flags": try addFlags(value)
            case "rtpp-flags": try addRaw(value)
            default: break
            }
        }
    }

    /// Whether a flag stands in the request.
    package func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// Whether the request means the party that it names, and not the whole call.
    var isDirectional: Bool { has("directional") || namesSender }

    subscript(key: String) -> NGValue? { values[key] }

    /// Text that the first of `keys` must have, if one is there at all.
    func text(_ keys: String...) throws(NGRefusal) -> String? {
        for key in keys {
            guard let value = values[key] else { continue }
            guard let text = value.text else { throw NGRefusal("Value of '\(key)' is no text") }
            return text
        }
        return nil
    }

    /// A number that a key must have in `range`, if it is there at all.
    func number(_ key: String, in range: ClosedRange<Int>) throws(NGRefusal) -> Int? {
        guard let value = values[key] else { return nil }
        guard let number = value.number, range ~= number else { throw NGRefusal("Value of '\(key)' is out of range") }
        return number
    }

    /// The words of a list or of a single string, in one spelling.
    func words(_ key: String) -> Set<String> { Set(texts(key).map(\.asWord)) }

    /// The words of a list or of a single string, as they were written.
    func texts(_ key: String) -> [String] {
        switch values[key] {
        case .list(let list)?: list.compactMap(\.text)
        case let value?: value.text.map { [$0] } ?? []
        case nil: []
        }
    }

    /// The call that a message names, for one whose flags cannot be understood.
    static func callID(in message: NGMessage) -> String? {
        message.body.inOrder.lazy.filter { key(String(decoding: $0.key, as: UTF8.self)) == "call-id" }
            .compactMap { $0.value.text }.first
    }

    // MARK: - Gathering

    /// Other names of keys.
    private static let names = [
        "end-trigger": "trigger-end", "code": "digit", "frequencies": "frequency", "rtcpmux": "rtcp-mux",
        "fromtag": "from-tag", "totag": "to-tag", "callid": "call-id",
    ]

    private static func key(_ key: String) -> String {
        let word = key.asWord
        return names[word] ?? word
    }

    /// Lists that a flag can add to by a prefix: `replace-origin`, `SDES-off`. The longer prefix comes first.
    private static let prefixes = [
        "replace", "sdes", "rtcp-mux", "ice-lite", "ice", "osrtp", "from-tags", "endpoint-learning", "t.38", "dtls",
        "transport-protocol",
    ]

    private mutating func set(_ key: String, _ value: NGValue) {
        guard let first = values[key] else {
            values[key] = value
            return
        }
        if first != value { contradicted.insert(key) }
    }

    private mutating func addFlags(_ value: NGValue) throws(NGRefusal) {
        switch value {
        case .list(let list):
            for flag in list {
                guard let text = flag.text else { throw NGRefusal("Value of 'flags' is no list of words") }
                try addFlag(text)
            }
        case .string(let bytes):
            // One flag, or several with spaces or commas between; a flag itself may be two words.
            let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "," }.map(String.init)
            for word in words { try addFlag(word) }
            for (word, next) in zip(words, words.dropFirst()) { flags.insert("\(word) \(next)".asWord) }
        case .integer, .dictionary: throw NGRefusal("Value of 'flags' is no list of words")
        }
    }

    private mutating func addFlag(_ text: String) throws(NGRefusal) {
        guard let sign = text.firstIndex(of: "="), !text.asWord.hasPrefix("sdp-attr") else {
            add(flag: text)
            return
        }
        set(Self.key(String(text[..<sign])), .text(String(text[text.index(after: sign)...])))
    }

    private mutating func add(flag text: String) {
        let flag = text.asWord
        flags.insert(flag)
        for prefix in Self.prefixes where flag.hasPrefix(prefix + "-") {
            append(String(text.dropFirst(prefix.count + 1)), to: prefix)
            return
        }
    }

    private mutating func append(_ text: String, to key: String) {
        switch values[key] {
        case .list(let list)?: values[key] = .list(list + [.text(text)])
        case let value?: values[key] = .list([value, .text(text)])
        case nil: values[key] = .list([.text(text)])
        }
    }

    private mutating func addRaw(_ value: NGValue) throws(NGRefusal) {
        guard let text = value.text else { throw NGRefusal("Value of 'rtpp_flags' is no text") }
        let entries: [RawFlags.Entry]
        do throws(NGFault) { entries = try RawFlags.entries(text) } catch {
            throw NGRefusal("Value of 'rtpp_flags' is malformed")
        }
        for (key, value) in entries {
            guard let value else {
                if key.contains("/") { set("transport-protocol", .text(key)) } else { add(flag: key) }
                continue
            }
            let key = Self.key(key)
            if key == "from-tag" { namesSender = true }
            if key == "from-tag" || key == "to-tag" {
                values[key] = value
            } else if key == "flags" {
                try addFlags(value)
            } else {
                set(key, value)
            }
        }
    }
}
