/// A part of a recording that its reader did not give as samples.
///
/// A recording with such a part is not judged to its end (exit status 65), even if the rest holds tones.
package struct UnreadPart: Sendable, Hashable, Codable {
    /// What kind of part it is; stable, for programs.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The header promises samples that are not there.
        case missing
        /// The decoder gave up before the end, or skipped what it could not read.
        case undecoded
        /// Another recording behind the first, in another format.
        case joined
        /// A track beside those that were read.
        case track
        /// The header contradicts itself, and nothing decides what the samples are.
        case contradiction
    }

    package var kind: Kind
    /// Its place in the file; `nil` if that is unknown or the bytes are missing.
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
