/// A value of a reply's JSON (RFC 8259), read where somebody asks for it.
///
/// A reply is gone through once, and what nobody asks for stays bytes: a decoder that makes up strings and tables of all that it passes
/// took a sixth of a payment's processor time.
struct ReplyJSON: Sendable {
    /// The text is no JSON, or not of the kind that was asked for.
    struct Unreadable: Error {}

    fileprivate enum Kind { case object, array, text, escapedText, truth, number, null }

    /// A value, or the name of an object's member, which stands before its value.
    fileprivate struct Node {
        var kind: Kind
        /// The bytes of a text between its quotes, of any other value all of them.
        var range: Range<Int>
        /// The place behind it and all of its parts.
        var next: Int
    }

    private let bytes: [UInt8]
    private let nodes: [Node]
    private let place: Int

    /// The value that the whole of `bytes` is.
    init(_ bytes: [UInt8]) throws(Unreadable) {
        var reader = JSONReader(bytes: bytes)
        nodes = try reader.readAll()
        self.bytes = bytes
        place = 0
    }

    private init(_ other: ReplyJSON, at place: Int) {
        bytes = other.bytes
        nodes = other.nodes
        self.place = place
    }

    private var node: Node { nodes[place] }

    /// Whether it is a text.
    var isText: Bool { node.kind == .text || node.kind == .escapedText }

    /// The object's member called `name`; `nil` where there is none or it is `null`.
    func member(_ name: String) throws(Unreadable) -> ReplyJSON? {
        guard node.kind == .object else { throw Unreadable() }
        var place = place + 1
        while place < node.next {
            let value = place + 1
            if try isText(name, at: place) { return nodes[value].kind == .null ? nil : ReplyJSON(self, at: value) }
            place = nodes[value].next
        }
        return nil
    }

    /// The object's member called `name`, which has to be there.
    func required(_ name: String) throws(Unreadable) -> ReplyJSON {
        guard let member = try member(name) else { throw Unreadable() }
        return member
    }

    /// The text that it is.
    func text() throws(Unreadable) -> String { try text(at: place) }

    private func text(at place: Int) throws(Unreadable) -> String {
        let node = nodes[place]
        let raw = bytes[node.range]
        switch node.kind {
        case .text:
            guard let text = String(validating: raw, as: UTF8.self) else { throw Unreadable() }
            return text
        case .escapedText: return try JSONEscapes.resolved(raw)
        default: throw Unreadable()
        }
    }

    /// The truth value that it is.
    func truth() throws(Unreadable) -> Bool {
        guard node.kind == .truth else { throw Unreadable() }
        return bytes[node.range.lowerBound] == UInt8(ascii: "t")
    }

    /// The elements of the array that it is.
    func elements() throws(Unreadable) -> [ReplyJSON] {
        guard node.kind == .array else { throw Unreadable() }
        var elements: [ReplyJSON] = []
        var place = place + 1
        while place < node.next {
            elements.append(ReplyJSON(self, at: place))
            place = nodes[place].next
        }
        return elements
    }

    /// The texts of the object that it is, by their names.
    func texts() throws(Unreadable) -> [String: String] {
        guard node.kind == .object else { throw Unreadable() }
        var texts: [String: String] = [:]
        var place = place + 1
        while place < node.next {
            texts[try text(at: place)] = try text(at: place + 1)
            place = nodes[place + 1].next
        }
        return texts
    }

    private func isText(_ name: String, at place: Int) throws(Unreadable) -> Bool {
        let node = nodes[place]
        guard node.kind == .text else { return try text(at: place) == name }
        return node.range.count == name.utf8.count && bytes[node.range].elementsEqual(name.utf8)
    }
}

/// Goes through JSON from its first to its last byte.
private struct JSONReader {
    private typealias Unreadable = ReplyJSON.Unreadable

    /// Objects and arrays within each other at most.
    private static let greatestDepth = 64

    let bytes: [UInt8]
    private var place = 0
    private var nodes: [ReplyJSON.Node] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func readAll() throws(ReplyJSON.Unreadable) -> [ReplyJSON.Node] {
        nodes.reserveCapacity(256)
        try readValue(depth: 0)
        guard next == nil else { throw Unreadable() }
        return nodes
    }

    /// The next byte that is no white space; `nil` at the end.
    private var next: UInt8? {
        mutating get {
            while place < bytes.count {
                switch bytes[place] {
                case 0x20, 0x09, 0x0A, 0x0D: place += 1
                default: return bytes[place]
                }
            }
            return nil
        }
    }

    private mutating func readValue(depth: Int) throws(ReplyJSON.Unreadable) {
        switch next {
        case UInt8(ascii: "{"):
            try readParts(.object, until: UInt8(ascii: "}"), depth) { (reader) throws(ReplyJSON.Unreadable) in
                try reader.readText()
                guard reader.next == UInt8(ascii: ":") else { throw Unreadable() }
                reader.place += 1
                try reader.readValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try readParts(.array, until: UInt8(ascii: "]"), depth) { (reader) throws(ReplyJSON.Unreadable) in
                try reader.readValue(depth: depth + 1)
            }
        case UInt8(ascii: "\""): try readText()
        case UInt8(ascii: "t"): try readWord("true", .truth)
        case UInt8(ascii: "f"): try readWord("false", .truth)
        case UInt8(ascii: "n"): try readWord("null", .null)
        default: try readNumber()
        }
    }

    private mutating func readParts(
        _ kind: ReplyJSON.Kind, until end: UInt8, _ depth: Int,
        _ readPart: (inout JSONReader) throws(ReplyJSON.Unreadable) -> Void
    ) throws(ReplyJSON.Unreadable) {
        guard depth < Self.greatestDepth else { throw Unreadable() }
        let start = place
        let whole = nodes.count
        nodes.append(ReplyJSON.Node(kind: kind, range: start..<start, next: 0))
        place += 1
        if next != end {
            try readPart(&self)
            while next == UInt8(ascii: ",") {
                place += 1
                try readPart(&self)
            }
        }
        guard next == end else { throw Unreadable() }
        place += 1
        nodes[whole].range = start..<place
        nodes[whole].next = nodes.count
    }

    private mutating func add(_ kind: ReplyJSON.Kind, _ range: Range<Int>) {
        nodes.append(ReplyJSON.Node(kind: kind, range: range, next: nodes.count + 1))
    }

    private mutating func readText() throws(ReplyJSON.Unreadable) {
        guard next == UInt8(ascii: "\"") else { throw Unreadable() }
        place += 1
        let start = place
        var kind = ReplyJSON.Kind.text
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                add(kind, start..<place)
                place += 1
                return
            case UInt8(ascii: "\\"):
                // What follows is looked at where the text is read; it may be a quote.
                kind = .escapedText
                place += 2
            case 0..<0x20: throw Unreadable()
            default: place += 1
            }
        }
        throw Unreadable()
    }

    private mutating func readWord(_ word: String, _ kind: ReplyJSON.Kind) throws(ReplyJSON.Unreadable) {
        let start = place
        guard bytes[start...].starts(with: word.utf8) else { throw Unreadable() }
        place += word.utf8.count
        add(kind, start..<place)
    }

    /// A number, which nobody asks for: its form is not looked at.
    private mutating func readNumber() throws(ReplyJSON.Unreadable) {
        let start = place
        while place < bytes.count, Self.isOfNumber(bytes[place]) { place += 1 }
        guard place > start else { throw Unreadable() }
        add(.number, start..<place)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

/// What stands behind a backslash.
private enum JSONEscapes {
    /// The text that `raw` stands for.
    static func resolved(_ raw: ArraySlice<UInt8>) throws(ReplyJSON.Unreadable) -> String {
        var units: [UInt16] = []
        var text: [UInt8] = []
        var rest = raw
        /// Adds what was written as UTF-16, whose pairs stand in two escapes.
        func addUnits() throws(ReplyJSON.Unreadable) {
            guard let scalars = String(validating: units, as: UTF16.self) else { throw ReplyJSON.Unreadable() }
            text += scalars.utf8
            units = []
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                try addUnits()
                text.append(byte)
                continue
            }
            guard let mark = rest.popFirst() else { throw ReplyJSON.Unreadable() }
            if mark == UInt8(ascii: "u") {
                guard rest.count >= 4, let unit = hexadecimal(rest.prefix(4)) else { throw ReplyJSON.Unreadable() }
                units.append(unit)
                rest = rest.dropFirst(4)
            } else {
                guard let meant = meanings[mark] else { throw ReplyJSON.Unreadable() }
                try addUnits()
                text.append(meant)
            }
        }
        try addUnits()
        guard let resolved = String(validating: text, as: UTF8.self) else { throw ReplyJSON.Unreadable() }
        return resolved
    }

    private static let meanings: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        var value: UInt16 = 0
        for digit in digits {
            guard let part = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else { return nil }
            value = value << 4 | UInt16(part)
        }
        return value
    }
}
