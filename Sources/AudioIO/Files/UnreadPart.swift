/// A part of a recording that its reader did not deliver as samples.
///
/// A recording with such a part could not be judged to its end (exit status 65), even if the rest holds tones.
package struct UnreadPart: Sendable, Hashable, Codable {
    /// The kind of part, in stable words for programs.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The header promises samples that are missing.
        case missing
        /// The decoder gave up before the end, or skipped what it could not read.
        case undecoded
        /// Another recording after the first one, in another format.
        case joined
        /// A track besides those that were read.
        case track
        /// The header contradicts itself, so the format of the samples cannot be decided.
        case contradiction
    }

    package var kind: Kind
    /// Its position in the file; `nil` if it is unknown or the bytes are missing.
    package var bytes: Range<Int>?
    /// A description, as the end of a sentence that begins with "not heard:".
    package var words: String

    package init(_ kind: Kind, bytes: Range<Int>? = nil, _ words: String) {
        self.kind = kind
        self.bytes = bytes
        self.words = words
    }
}

extension [UnreadPart] {
    /// All descriptions in one phrase.
    package var words: String { map(\.words).joined(separator: "; ") }
}
