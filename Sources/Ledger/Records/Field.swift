/// The value of one column of one row.
package enum Field: Sendable, Hashable {
    case text(String?)
    case number(Int?)
    case boolean(Bool)
    /// A column of the audit log, or bytes that a store holds instead of text.
    case bytes([UInt8])

    /// An absent value of any kind.
    package static let none = Field.number(nil)

    /// The value as stores keep it. A boolean is 0 or 1, and an absent value has no kind.
    package var stored: Field {
        switch self {
        case .boolean(let boolean): .number(boolean ? 1 : 0)
        case .text(nil): .none
        default: self
        }
    }
}

/// A row from a store: its columns in order.
package struct StoredRow: Sendable, Hashable {
    private let fields: [Field]

    package init(_ fields: [Field]) { self.fields = fields }

    package subscript(place: Int) -> Field { fields[place] }

    package func text(_ place: Int) throws(RowError) -> String {
        guard case .text(let text?) = fields[place] else { throw .wrongKind }
        return text
    }

    package func optionalText(_ place: Int) throws(RowError) -> String? {
        fields[place].stored == .none ? nil : try text(place)
    }

    package func number(_ place: Int) throws(RowError) -> Int {
        guard case .number(let number?) = fields[place].stored else { throw .wrongKind }
        return number
    }

    package func optionalNumber(_ place: Int) throws(RowError) -> Int? {
        fields[place].stored == .none ? nil : try number(place)
    }

    package func boolean(_ place: Int) throws(RowError) -> Bool {
        switch try number(place) {
        case 0: false
        case 1: true
        default: throw .wrongKind
        }
    }

    package func bytes(_ place: Int) throws(RowError) -> [UInt8] {
        guard case .bytes(let bytes) = fields[place] else { throw .wrongKind }
        return bytes
    }

    /// One of the words of `Word`.
    package func word<Word: RawRepresentable<String>>(_ place: Int) throws(RowError) -> Word {
        let text = try text(place)
        guard let word = Word(rawValue: text) else { throw .unknownWord(text) }
        return word
    }

    /// One of the words of `Word`, or `nil`.
    package func optionalWord<Word: RawRepresentable<String>>(_ place: Int) throws(RowError) -> Word? {
        fields[place].stored == .none ? nil : try word(place)
    }

    /// The key in readable form, even if it is not a valid key.
    package var keyText: String? {
        switch fields[0] {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        default: nil
        }
    }
}

/// A column holds a value that is invalid for its kind.
package enum RowError: Error, Sendable, Hashable {
    case wrongKind
    /// The text is not a word of its kind.
    case unknownWord(String)
}
