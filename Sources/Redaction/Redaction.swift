package import Archive
package import AtomicFiles

/// The result of cleaning one recording.
package struct Redaction: Sendable, Hashable {
    /// What was done.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It holds no tones and was not changed.
        case clean
        /// It holds no tones and was linked or copied to the folder of copies.
        case copied
        /// Its tones were removed, and the verifier finds none.
        case cleaned
        /// The verifier still finds tones in the copy. The copy was removed, and the recording was not changed.
        case failed
        /// The recording could not be read. Nothing was done.
        case unjudged
        /// The recording was not changed, for the reason in `refusal`.
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
    /// Whether stretches were silenced because the suppressor was not enough.
    package var isSilenced = false
    /// How the copy differs from the recording besides its tones, each as the end of a sentence.
    package var changes: [String] = []
    /// Unfinished copies of killed runs that were removed.
    package var removed: [String] = []
    /// The file that was replaced. Other names (hard links) may still lead to it.
    package var formerFile: FormerFile?

    /// The judgements for a state file, of every file that was kept or made, as it is now.
    package var judgements: [RecordingJudgement] {
        guard refusal == nil, outcome != .unjudged else { return [] }
        let made = output.flatMap { (after ?? before).moved(to: $0) }
        // Another file has taken its place.
        let left = formerFile == nil ? before.moved(to: before.path) : nil
        return [left, made].compactMap { $0 }
    }
}

/// A file that has lost a name to its clean copy.
package struct FormerFile: Sendable, Hashable {
    package var identity: FileIdentity
    /// Names that it still has. They still lead to its tones.
    package var names: Int
}
