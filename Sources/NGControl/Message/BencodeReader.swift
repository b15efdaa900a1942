/// Reads bencode from a place in bytes. Nothing in the bytes makes it fail but with an ``NGFault``.
struct BencodeReader {
    private let bytes: [UInt8]
    /// Index of the next byte.
    private(set) var place: Int
    /// Keys of the outermost dictionary that appear again with another value. The first value holds.
    private(set) var contradicted: Set<[UInt8]> = []

    init(_ bytes: [UInt8], at place: Int) { (self.bytes, self.place) = (bytes, place) }

    /// - Parameter depth: Lists and dictionaries around the value.
    mutating func value(depth: Int = 0) throws(NGFault) -> NGValue {
        switch try next() {
        case UInt8(ascii: "i"): return .integer(try integer())
        case UInt8(ascii: "l"): return .list(try list(depth: depth + 1))
        case UInt8(ascii: "d"): return .dictionary(try dictionary(depth: depth + 1))
        case let digit where Self.digits ~= digit:
            place -= 1
            return .string(try string())
        default: throw .malformed
        }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    private static let end = UInt8(ascii: "e")

    private mutating func next() throws(NGFault) -> UInt8 {
        guard place < bytes.count else { throw .cutShort }
        defer { place += 1 }
        return bytes[place]
    }

    /// Whether the next byte ends a list or a dictionary. That byte is read.
    private mutating func ends() throws(NGFault) -> Bool {
        guard place < bytes.count else { throw .cutShort }
        guard bytes[place] == Self.end else { return false }
        place += 1
        return true
    }

    private mutating func integer() throws(NGFault) -> Int {
        guard place < bytes.count else { throw .cutShort }
        let isNegative = bytes[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        return try digits(until: Self.end, sign: isNegative ? -1 : 1)
    }

    /// One digit or more, up to `end`, which is read too.
    private mutating func digits(until end: UInt8, sign: Int) throws(NGFault) -> Int {
        var (number, count) = (0, 0)
        while true {
            let byte = try next()
            if byte == end && count > 0 { return number }
            guard Self.digits ~= byte else { throw .malformed }
            let (shifted, isOver) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = shifted.addingReportingOverflow(sign * Int(byte - UInt8(ascii: "0")))
            guard !isOver, !isOverToo else { throw .malformed }
            (number, count) = (sum, count + 1)
        }
    }

    private mutating func string() throws(NGFault) -> [UInt8] {
        let count = try digits(until: UInt8(ascii: ":"), sign: 1)
        guard count <= NGLimits.bytes else { throw .tooLong }
        guard count <= bytes.count - place else { throw .cutShort }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    private mutating func list(depth: Int) throws(NGFault) -> [NGValue] {
        guard depth <= NGLimits.depth else { throw .tooDeep }
        var list: [NGValue] = []
        while try !ends() { list.append(try value(depth: depth)) }
        return list
    }

    private mutating func dictionary(depth: Int) throws(NGFault) -> NGDictionary {
        guard depth <= NGLimits.depth else { throw .tooDeep }
        var entries: NGDictionary = [:]
        while try !ends() {
            let (key, value) = (try string(), try value(depth: depth))
            guard let first = entries[key] else {
                entries[key] = value
                continue
            }
            if depth == 1 && first != value { contradicted.insert(key) }
        }
        return entries
    }
}
