internal import TextFormats

/// The JSON of a gateway's reply, parsed strictly: ambiguous JSON is refused.
///
/// Refused are duplicate names in an object, text after the value, invalid UTF-8, unpaired surrogates and more than
/// ``depth`` levels. A number that does not fit `Int` becomes ``otherNumber``.
package indirect enum ReplyJSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case otherNumber
    case string(String)
    case array([ReplyJSON])
    case object([String: ReplyJSON])

    /// Largest depth of nested arrays and objects.
    package static let depth = 64

    /// Parses a whole reply; `nil` if it is not JSON.
    package init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let value = reader.document() else { return nil }
        self = value
    }

    /// A member of this object; `nil` if it is missing or `null`, or if this is not an object.
    package subscript(name: String) -> ReplyJSON? {
        guard case .object(let members) = self, let member = members[name], member != .null else { return nil }
        return member
    }

    package var text: String? { if case .string(let text) = self { text } else { nil } }
    package var number: Int? { if case .int(let number) = self { number } else { nil } }
    package var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var elements: [ReplyJSON]? { if case .array(let elements) = self { elements } else { nil } }
    package var isObject: Bool { if case .object = self { true } else { false } }

    /// The texts of an object by their names; `nil` if this is not an object or holds other values.
    package var texts: [String: String]? {
        guard case .object(let members) = self else { return nil }
        var texts: [String: String] = [:]
        for (name, member) in members {
            guard let text = member.text else { return nil }
            texts[name] = text
        }
        return texts
    }
}

/// Reads JSON (RFC 8259) byte by byte. Each function returns `nil` if the text is not valid.
private struct Reader {
    let bytes: [UInt8]
    private var position = 0
    private var level = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func document() -> ReplyJSON? {
        guard let value = value() else { return nil }
        skipSpace()
        return position == bytes.count ? value : nil
    }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString, _ value: ReplyJSON) -> ReplyJSON? {
        for byte in word.description.utf8 { guard take(byte) else { return nil } }
        return value
    }

    private mutating func value() -> ReplyJSON? {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "\""): return string().map(ReplyJSON.string)
        case UInt8(ascii: "t"): return take("true", .bool(true))
        case UInt8(ascii: "f"): return take("false", .bool(false))
        case UInt8(ascii: "n"): return take("null", .null)
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout Reader) -> ReplyJSON?) -> ReplyJSON? {
        guard level < ReplyJSON.depth else { return nil }
        level += 1
        position += 1
        defer { level -= 1 }
        return read(&self)
    }

    private mutating func object() -> ReplyJSON? {
        var members: [String: ReplyJSON] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard let name = string() else { return nil }
            skipSpace()
            guard take(UInt8(ascii: ":")), let value = value(), members.updateValue(value, forKey: name) == nil else {
                return nil
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func array() -> ReplyJSON? {
        var elements: [ReplyJSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            guard let element = value() else { return nil }
            elements.append(element)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: Array(String(Character(scalar)).utf8))
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    /// The character after a backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let high = unit() else { return nil }
        guard (0xD800...0xDBFF).contains(high) else { return Unicode.Scalar(high) }
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = unit(), (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    }

    /// Four hexadecimal digits.
    private mutating func unit() -> UInt16? {
        guard bytes.count - position >= 4 else { return nil }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(bytes[position]) else { return nil }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func number() -> ReplyJSON? {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadsWithZero = next == 0x30
        let count = digits()
        guard count > 0, !leadsWithZero || count == 1 else { return nil }
        let whole = String(decoding: bytes[start..<position], as: UTF8.self)
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { return nil }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { return nil }
        }
        return (isWhole ? Int(whole) : nil).map(ReplyJSON.int) ?? .otherNumber
    }
}
