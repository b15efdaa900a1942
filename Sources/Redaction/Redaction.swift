package import Archive
package import AtomicFiles

/// The outcome of a recording that was to be cleaned.
package struct Redaction: Sendable, Hashable {
    /// What was done.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It holds no tones; it was left alone.
        case clean
        /// It holds no tones; it was linked or copied to the folder of copies.
        case copied
        /// Its tones were removed, and the verifier finds none.
        case cleaned
        /// The verifier still finds tones in the copy. The copy was removed and the recording left as it was.
        case failed
        /// The recording could not be read; nothing was done.
        case unjudged
        /// The recording was left as it was; `refusal` says why.
        case refused
    }

    package var outcome: Outcome
    /// The judgement before.
    package var before: RecordingJudgement
    /// The judgement after; `nil` if nothing was done.
    package var after: RecordingJudgement?
    /// The path of the clean recording.
    package var output: String?
    /// Why nothing was done.
    package var refusal: RedactionRefusal?
    /// Whether more than the suppressor's work was needed: stretches that were made silent.
    package var isSilenced = false
    /// How the copy differs from the recording beside its tones: each the end of a sentence.
    package var changes: [String] = []
    /// Unfinished copies that killed runs left and this one removed.
    package var removed: [String] = []
    /// The file that was replaced; other names (hard links) may still lead to it.
    package var formerFile: FormerFile?

    /// The judgements for a state file: of every file that this left or made, as it is now.
    package var judgements: [RecordingJudgement] {
        guard refusal == nil, outcome != .unjudged else { return [] }
        let made = output.flatMap { (after ?? before).moved(to: $0) }
        // In its place there is another file now.
        let left = formerFile == nil ? before.moved(to: before.path) : nil
        return [left, made].compactMap { $0 }
    }
}

/// A file that lost a name to its clean copy.
package struct FormerFile: Sendable, Hashable {
    package var identity: FileIdentity
    /// Names that it still has, all of which lead to what it held.
    package var names: Int
}
