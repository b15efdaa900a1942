internal import TextFormats

/// An event of a call as followers receive it: a number, a name, and members in the order in which they are written.
///
/// A member cannot hold a digit that a caller keyed. Members come only from views and elements that may be shown.
package struct EventRecord: Sendable, Hashable {
    /// The value of a member.
    package enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        /// A number that is written with this many decimals.
        case decimal(Double, places: Int)
        case flag(Bool)
    }

    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: Value
    }

    /// The event's number in its call, from 1 on; 0 until an ``EventLog`` has taken the event.
    package var number = 0
    /// The members, in order.
    package private(set) var members: [Member] = []

    package init() {}

    /// The event's name.
    package var name: String { if case .text(let name) = self["event"] { name } else { "" } }

    package subscript(name: String) -> Value? { members.first { $0.name == name }?.value }

    package mutating func add(_ name: String, _ value: String) { add(name, .text(value)) }
    package mutating func add(_ name: String, _ value: Int) { add(name, .integer(value)) }
    package mutating func add(_ name: String, _ value: Bool) { add(name, .flag(value)) }
    package mutating func add(_ name: String, _ value: Double, decimals: Int) {
        add(name, .decimal(value, places: decimals))
    }

    private mutating func add(_ name: String, _ value: Value) { members.append(Member(name: name, value: value)) }
}

extension EventRecord {
    /// The record as a JSON object and a line feed. Its number `n` comes last.
    ///
    /// NDJSON and server-sent events share this one encoding.
    package var ndjson: String {
        var line = JSONLine()
        for member in members {
            switch member.value {
            case .text(let text): line.add(member.name, text)
            case .integer(let number): line.add(member.name, number)
            case .decimal(let number, let places): line.add(member.name, number, decimals: places)
            case .flag(let flag): line.add(member.name, flag)
            }
        }
        if number > 0 { line.add("n", number) }
        return line.line
    }

    /// The record as a server-sent event (WHATWG HTML, 9.2). Its number is the `id`, which a client sends back as
    /// `Last-Event-ID` to resume.
    package var serverSentEvent: String { "id: \(number)\nevent: \(name)\ndata: \(ndjson)\n" }
}

extension EventRecord: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for member in members {
            let key = Key(member.name)
            switch member.value {
            case .text(let text): try container.encode(text, forKey: key)
            case .integer(let number): try container.encode(number, forKey: key)
            // JSON has no infinite and no NaN numbers, so these become null.
            case .decimal(let number, _) where !number.isFinite: try container.encodeNil(forKey: key)
            case .decimal(let number, _): try container.encode(number, forKey: key)
            case .flag(let flag): try container.encode(flag, forKey: key)
            }
        }
        if number > 0 { try container.encode(number, forKey: Key("n")) }
    }

    /// Decodes a record. Its members are in the order of their names, because a JSON object has no order.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            if key.stringValue == "n" {
                number = try container.decode(Int.self, forKey: key)
            } else if let value = try Self.value(of: key, in: container) {
                add(key.stringValue, value)
            }
        }
    }

    private static func value(of key: Key, in container: KeyedDecodingContainer<Key>) throws -> Value? {
        if try container.decodeNil(forKey: key) { return nil }
        if let flag = try? container.decode(Bool.self, forKey: key) { return .flag(flag) }
        if let number = try? container.decode(Int.self, forKey: key) { return .integer(number) }
        if let number = try? container.decode(Double.self, forKey: key) { return .decimal(number, places: 3) }
        return .text(try container.decode(String.self, forKey: key))
    }
}
