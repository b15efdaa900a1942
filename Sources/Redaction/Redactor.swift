internal import AtomicFiles
public import Archive
public import AudioIO
internal import Glibc
internal import Pipeline
internal import Suppression
internal import Verification

/// What became of a recording that was to be cleaned.
public struct Redaction: Sendable, Hashable {
    /// What was done.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// Nothing had to be done.
        case clean
        /// Tones were taken out, and none is found any more.
        case cleaned
        /// Tones are still found in what was made; it was thrown away and the recording left as it was.
        case failed
        /// The recording could not be heard; nothing was done.
        case unjudged
    }

    public var outcome: Outcome
    /// What was found before.
    public var before: RecordingJudgement
    /// What was found after, where something was done.
    public var after: RecordingJudgement?
    /// Where the clean recording lies.
    public var output: String?
    /// Whether more than the suppressor's work was needed: stretches that were made silent.
    public var isSilenced = false
    /// Other names of the same file (hard links), which still hold what it held.
    public var otherNames = 0
}

/// A cleaner of recordings that never leaves one half done.
///
/// A clean copy is made beside the place where it is to be, verified, given the times, owner and permissions of the
/// recording, brought to the disk, and only then renamed. Killed at any moment, the recording is there whole, as it was
/// or as it is to be; a copy that was left is removed by the next run.
public struct Redactor: Sendable {
    private let options: HearingOptions
    /// What a copy in the making is called: hidden, and with the recording's own extension, which formats are told by.
    public static let copyPrefix = ".redacting-"

    public init(options: HearingOptions = HearingOptions()) {
        self.options = HearingOptions(raw: options.raw, forcesRaw: options.forcesRaw)
    }

    /// Cleans the recording at `path` into `output`, or into its own place where that is `nil`.
    ///
    /// A recording without tones is left alone. Throws ``AudioFileError`` where the copy cannot be made.
    public func redact(_ path: String, to output: String?) throws(AudioFileError) -> Redaction? {
        guard let before = RecordingJudgement.hear(path, options: options) else { return nil }
        if before.findings.isEmpty {
            return Redaction(outcome: before.failure == nil ? .clean : .unjudged, before: before)
        }
        let place = output ?? FilePlace.resolved(path)
        let copy = FilePlace.beside(place, prefix: Self.copyPrefix)
        var silenced: [Finding] = []
        for attempt in 0..<4 {
            _ = unsafe unlink(copy.systemName)
            let cleaning = cleaning(for: attempt, before, silenced: silenced)
            do throws(AudioFileError) {
                try make(copy, of: path, cleaning)
            } catch {
                _ = unsafe unlink(copy.systemName)
                throw error
            }
            guard let after = RecordingJudgement.hear(copy, options: options) else { break }
            if after.findings.isEmpty && isAsLong(after, before) {
                let names = FilePlace.otherNames(of: path)
                try FilePlace.replace(place, by: copy, like: path)
                return Redaction(
                    outcome: .cleaned, before: before, after: after, output: place,
                    isSilenced: !cleaning.silenced.isEmpty, otherNames: output == nil ? names : 0)
            }
            silenced += after.findings
        }
        _ = unsafe unlink(copy.systemName)
        return Redaction(outcome: .failed, before: before)
    }

    /// First the suppressor, then the strict one, then what it left made silent too.
    private func cleaning(for attempt: Int, _ before: RecordingJudgement, silenced: [Finding]) -> Cleaning {
        guard SuppressedStream.sampleRates.contains(before.sampleRate) else {
            return Cleaning(suppression: nil, silenced: before.findings + silenced)
        }
        var suppression = Suppressor.Configuration(lookAhead: Suppressor.Configuration.recordingLookAhead)
        switch attempt {
        case 0: return Cleaning(suppression: suppression)
        case 1:
            suppression.policy = .secure
            return Cleaning(suppression: suppression)
        default: return Cleaning(suppression: suppression, silenced: before.findings + silenced)
        }
    }

    /// A copy that lost its end is no copy; lossy coders round lengths up to whole packets.
    private func isAsLong(_ after: RecordingJudgement, _ before: RecordingJudgement) -> Bool {
        after.channels == before.channels && after.sampleRate == before.sampleRate && after.frames >= before.frames
    }

    private func make(_ copy: String, of path: String, _ cleaning: Cleaning) throws(AudioFileError) {
        try FilePlace.copy(path, to: copy)
        let reader = try AudioReader(path, raw: options.raw, forcesRaw: options.forcesRaw)
        if let patcher = try SamplePatcher(path: copy, like: reader) {
            try cleaning.run(reader) { (frame, before, after) throws(AudioFileError) in
                try patch(patcher, frame, before, after, reader.format.bytesPerFrame)
            }
            return
        }
        // A compressed container is written anew, in its own format and with its text fields.
        _ = unsafe unlink(copy.systemName)
        let writer = try AudioWriter(
            copy, format: reader.format, container: reader.container, storedAs: reader.storedEncoding ?? .signed16)
        writer.keepTexts(of: reader)
        try cleaning.run(reader) { (_, _, after) throws(AudioFileError) in try writer.write(encoded: after.span) }
        try writer.finish()
    }

    /// Writes the frames that differ and no others.
    private func patch(
        _ patcher: SamplePatcher, _ frame: Int, _ before: [UInt8], _ after: [UInt8], _ size: Int
    ) throws(AudioFileError) {
        if before == after { return }
        var first = 0
        let frames = after.count / size
        while first < frames {
            while first < frames, before[first * size..<(first + 1) * size] == after[first * size..<(first + 1) * size]
            {
                first += 1
            }
            var end = first
            while end < frames, before[end * size..<(end + 1) * size] != after[end * size..<(end + 1) * size] {
                end += 1
            }
            if end > first {
                let piece = Array(after[first * size..<end * size])
                try patcher.replace(piece.span, at: frame + first)
            }
            first = end
        }
    }
}
