/// A value of the *ng* protocol. Bencode and JSON write the same four kinds.
///
/// Strings and keys are bytes: a SIP tag or an SDP body need not be UTF-8.
package enum NGValue: Hashable, Sendable {
    case string([UInt8])
    case integer(Int)
    case list([NGValue])
    case dictionary(NGDictionary)

    /// Text as a value.
    package static func text(_ text: String) -> NGValue { .string(Array(text.utf8)) }

    /// A dictionary whose keys are text.
    package static func named(_ entries: KeyValuePairs<String, NGValue>) -> NGValue {
        .dictionary(NGDictionary(entries.map { (Array($0.key.utf8), $0.value) }) { first, _ in first })
    }

    /// The text of a string or an integer; `nil` for other values and for bytes that are not UTF-8.
    package var text: String? {
        switch self {
        case .string(let bytes): String(validating: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .list, .dictionary: nil
        }
    }

    /// An integer, or the integer that a string spells: Kamailio sends the number 60 as the string `60`.
    package var number: Int? {
        switch self {
        case .integer(let number): number
        case .string: text.flatMap { Int($0) }
        case .list, .dictionary: nil
        }
    }

    /// The value of `key` in a dictionary.
    package subscript(key: String) -> NGValue? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries[Array(key.utf8)]
    }
}

/// A dictionary of the *ng* protocol. Keys are equal byte by byte.
package typealias NGDictionary = [[UInt8]: NGValue]

/// What a message may hold at most.
package enum NGLimits {
    /// Bytes of a message: more than a UDP packet can carry.
    package static let bytes = 65_536
    /// Lists and dictionaries within each other.
    package static let depth = 32
    /// Bytes of a cookie.
    package static let cookie = 256
}

/// Why bytes are no value.
package enum NGFault: Error, Hashable, Sendable {
    /// More bytes are needed.
    case cutShort
    case malformed
    /// Deeper than ``NGLimits/depth``.
    case tooDeep
    /// Longer than ``NGLimits/bytes``.
    case tooLong
}
