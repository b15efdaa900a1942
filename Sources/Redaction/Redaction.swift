package import Archive
package import AtomicFiles

/// The outcome of a recording that was to be cleaned.
package struct Redaction: Sendable, Hashable {
    /// What was done.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// No tone is in it; it was left alone.
        case clean
        /// No tone is in it; its copy is where clean copies go.
        case copied
        /// Tones were taken out, and none is found any more.
        case cleaned
        /// Tones are still found in what was made; it was thrown away and the recording left as it was.
        case failed
        /// The recording could not be read; nothing was done.
        case unjudged
        /// The recording was left as it was; `refusal` says why.
        case refused
    }

    package var outcome: Outcome
    /// What was found before.
    package var before: RecordingJudgement
    /// What was found after, where something was done.
    package var after: RecordingJudgement?
    /// Where the clean recording lies.
    package var output: String?
    /// Why nothing was done.
    package var refusal: RedactionRefusal?
    /// Whether more than the suppressor's work was needed: stretches that were made silent.
    package var isSilenced = false
    /// What of the copy is not as the recording has it, beside its tones: each the end of a sentence.
    package var changes: [String] = []
    /// Names that unfinished copies of this recording had, which killed runs left and this one removed.
    package var removed: [String] = []
    /// The file whose place was taken, while other names (hard links) may still lead to it.
    package var formerFile: FormerFile?

    /// What a state of judgements may be told: how each file was judged that this left or made, as it is now.
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
