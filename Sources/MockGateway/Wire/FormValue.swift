internal import TextFormats

/// A form's fields as a tree. `card[number]=…` is the member `number` of the member `card`, and `expand[]=…` is an
/// element of a list.
enum FormValue: Sendable, Equatable {
    case text(String)
    case list([FormValue])
    case fields([String: FormValue])

    /// No fields at all.
    static let empty = FormValue.fields([:])

    /// Largest number of fields. A request with 50 pairs of metadata needs far fewer.
    private static let mostFields = 1000

    /// The fields of an `application/x-www-form-urlencoded` body or query; `nil` if it is not one.
    init?(encoded: some Collection<UInt8>) {
        self = .empty
        let pairs = encoded.split(separator: UInt8(ascii: "&"))
        guard pairs.count <= Self.mostFields else { return nil }
        for pair in pairs {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = Self.decoded(halves.count > 1 ? Array(halves[1]) : [])
            else { return nil }
            guard let path = Self.path(of: name), path.count <= 8 else { return nil }
            insert(value, at: path[...])
        }
    }

    /// The member called `name`.
    subscript(name: String) -> FormValue? {
        guard case .fields(let fields) = self else { return nil }
        return fields[name]
    }

    /// The text of the member `name`; `nil` if it is missing or not a text.
    func text(_ name: String) -> String? {
        guard case .text(let text) = self[name] else { return nil }
        return text
    }

    /// The names of all members.
    var names: [String] {
        guard case .fields(let fields) = self else { return [] }
        return Array(fields.keys)
    }

    /// The elements of the list called `name`. Some clients send a list as an object whose names are indices.
    func texts(_ name: String) -> [String] {
        switch self[name] {
        case .list(let elements): elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
        case .fields(let fields):
            fields.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }
                .compactMap { if case .text(let text) = $0.value { text } else { nil } }
        case .text(let text): text.isEmpty ? [] : [text]
        case nil: []
        }
    }

    private mutating func insert(_ value: String, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = .text(value)
            return
        }
        if name.isEmpty {
            var elements: [FormValue] = if case .list(let held) = self { held } else { [] }
            elements.append(.text(value))
            self = .list(elements)
            return
        }
        var fields: [String: FormValue] = if case .fields(let held) = self { held } else { [:] }
        // This must be the only reference, so that the fields change in place.
        self = .empty
        fields[name, default: .empty].insert(value, at: path.dropFirst())
        self = .fields(fields)
    }

    /// The path `a[b][]` as `a`, `b` and the empty name of a list's next element.
    private static func path(of name: String) -> [String]? {
        // Brackets are searched in bytes, which is ten times as fast as in characters.
        let parts = name.utf8.split(separator: UInt8(ascii: "["), omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else { return nil }
        var path = [String(Substring(first))]
        for part in parts.dropFirst() {
            guard part.last == UInt8(ascii: "]") else { return nil }
            path.append(String(Substring(part.dropLast())))
        }
        return path
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var plain: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): plain.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value)
                else { return nil }
                plain.append(high << 4 | low)
            default: plain.append(byte)
            }
        }
        return String(validating: plain, as: UTF8.self)
    }
}
