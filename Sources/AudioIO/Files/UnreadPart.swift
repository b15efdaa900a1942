/// A part of a recording that its reader did not give as samples: what lies in it was heard by nobody.
///
/// A recording with such a part is not judged to its end (exit status 65), whatever the rest holds.
package struct UnreadPart: Sendable, Hashable, Codable {
    /// What kind of part it is; stable, for programs.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The header promises samples that are not there.
        case missing
        /// The decoder gave up before the end, or skipped what it could not read.
        case undecoded
        /// Another recording behind the first, in another format.
        case joined
        /// A track beside those that were heard.
        case track
        /// The header contradicts itself, and nothing settles what the samples are.
        case contradiction
    }

    package var kind: Kind
    /// Where it lies in the file; `nil` where that is not known, or where the bytes are not there.
    package var bytes: Range<Int>?
    /// What it is, as the end of a sentence that begins with "not heard:".
    package var words: String

    package init(_ kind: Kind, bytes: Range<Int>? = nil, _ words: String) {
        self.kind = kind
        self.bytes = bytes
        self.words = words
    }
}

extension [UnreadPart] {
    /// All of them in one phrase.
    package var words: String { map(\.words).joined(separator: "; ") }
}
