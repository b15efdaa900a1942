private import TextFormats

/// Reads JSON (RFC 8259) from a place in bytes as values of the *ng* protocol.
///
/// `true` and `false` are 1 and 0. An entry that is `null` is left out. A number with a fraction or an exponent is its
/// text.
struct JSONReader {
    private let bytes: [UInt8]
    /// Index of the next byte.
    private(set) var place: Int
    /// Keys of the outermost object that appear again with another value. The first value holds.
    private(set) var contradicted: Set<[UInt8]> = []

    init(_ bytes: [UInt8], at place: Int) { (self.bytes, self.place) = (bytes, place) }

    /// `nil` for `null`.
    mutating func value(depth: Int = 0) throws(NGFault) -> NGValue? {
        switch try nextAfterSpace() {
        case UInt8(ascii: "{"): return .dictionary(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .list(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("rue")
            return .integer(1)
        case UInt8(ascii: "f"):
            try word("alse")
            return .integer(0)
        case UInt8(ascii: "n"):
            try word("ull")
            return nil
        case let byte where byte == UInt8(ascii: "-") || Self.digits ~= byte:
            place -= 1
            return try number()
        default: throw .malformed
        }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private mutating func next() throws(NGFault) -> UInt8 {
        guard place < bytes.count else { throw .cutShort }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func nextAfterSpace() throws(NGFault) -> UInt8 {
        while true {
            let byte = try next()
            if byte != 0x20, !(0x09...0x0A ~= byte), byte != 0x0D { return byte }
        }
    }

    private mutating func word(_ rest: StaticString) throws(NGFault) {
        for byte in rest.description.utf8 {
            guard try next() == byte else { throw .malformed }
        }
    }

    /// A number. An integer beyond 64 bits is malformed.
    private mutating func number() throws(NGFault) -> NGValue {
        let first = place
        while place < bytes.count, Self.digits ~= bytes[place] || "+-.eE".utf8.contains(bytes[place]) { place += 1 }
        let text = String(decoding: bytes[first..<place], as: UTF8.self)
        if let number = Int(text) { return .integer(number) }
        guard text.utf8.contains(where: { ".eE".utf8.contains($0) }), let last = text.utf8.last, Self.digits ~= last,
            Double(text) != nil
        else { throw .malformed }
        return .text(text)
    }

    private mutating func array(depth: Int) throws(NGFault) -> [NGValue] {
        guard depth <= NGLimits.depth else { throw .tooDeep }
        var list: [NGValue] = []
        if try nextAfterSpace() == UInt8(ascii: "]") { return list }
        place -= 1
        while true {
            if let value = try value(depth: depth) { list.append(value) }
            switch try nextAfterSpace() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return list
            default: throw .malformed
            }
        }
    }

    private mutating func object(depth: Int) throws(NGFault) -> NGDictionary {
        guard depth <= NGLimits.depth else { throw .tooDeep }
        var entries: NGDictionary = [:]
        if try nextAfterSpace() == UInt8(ascii: "}") { return entries }
        place -= 1
        while true {
            guard try nextAfterSpace() == UInt8(ascii: "\"") else { throw .malformed }
            let key = try string()
            guard try nextAfterSpace() == UInt8(ascii: ":") else { throw .malformed }
            if let value = try value(depth: depth) {
                if let first = entries[key] {
                    if depth == 1 && first != value { contradicted.insert(key) }
                } else {
                    entries[key] = value
                }
            }
            switch try nextAfterSpace() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return entries
            default: throw .malformed
            }
        }
    }

    /// The rest of a string whose opening quote was read. Bytes that are not UTF-8 are kept.
    private mutating func string() throws(NGFault) -> [UInt8] {
        var text: [UInt8] = []
        while true {
            switch try next() {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(into: &text)
            case ..<0x20: throw .malformed
            case let byte: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(NGFault) {
        switch try next() {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text += Array(String(try scalar()).utf8)
        case let byte where "\"\\/".utf8.contains(byte): text.append(byte)
        default: throw .malformed
        }
    }

    /// The character of `\uXXXX` or of two surrogates; U+FFFD for a surrogate alone.
    private mutating func scalar() throws(NGFault) -> Unicode.Scalar {
        let first = try codeUnit()
        guard 0xD800...0xDFFF ~= first else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        guard first < 0xDC00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let back = place
        place += 2
        let second = try codeUnit()
        guard 0xDC00...0xDFFF ~= second else {
            place = back
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func codeUnit() throws(NGFault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(try next()) else { throw .malformed }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
