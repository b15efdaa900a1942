import StreamSuppression
package import Archive
internal import AtomicFiles
internal import AudioIO
internal import DTMF
internal import Glibc
internal import Recordings
internal import Suppression
internal import Verification

/// Cleans recordings. A recording is never left half done.
///
/// The recording stays open and locked. The copy gets a random name in its folder and is verified there. It gets the
/// recording's times, owner, permissions and attributes, and is written to the disk. Then it is renamed, so the file
/// that was verified is the one that is renamed.
///
/// If the recording changed meanwhile, it is left as it is. If the process is killed, the recording is complete, either
/// in its old or in its new form. The next run removes an unfinished copy.
package struct Redactor: Sendable {
    /// Largest number of copies made until one is free of tones.
    private static let attempts = 6
    private let options: JudgingOptions
    private let copyFormat: CopyFormat
    let cleanCopies: CleanCopies
    private let known: @Sendable (_ path: String) -> RecordingJudgement?
    let shouldContinue: @Sendable () -> Bool
    private let tell: @Sendable (_ path: String, _ changes: [String]) -> Void

    /// What happens to recordings without tones if copies go to a folder.
    package enum CleanCopies: Sendable {
        /// They stay where they are.
        case none
        /// They get another name there (a hard link), or are copied if that is impossible.
        case linked
        /// They are copied.
        case copied
    }

    /// - Parameters:
    ///   - copyFormat: How copies are written.
    ///   - known: A valid judgement of an earlier run, if there is one. A recording that it calls clean is not decoded
    ///     again.
    ///   - shouldContinue: Called all the time. When it returns `false`, unfinished work is discarded.
    ///   - tell: Receives the differences between a copy and its recording, before the copy gets its name.
    package init(
        options: JudgingOptions = JudgingOptions(), copyFormat: CopyFormat = .same, cleanCopies: CleanCopies = .none,
        known: @escaping @Sendable (_ path: String) -> RecordingJudgement? = { _ in nil },
        shouldContinue: @escaping @Sendable () -> Bool = { true },
        tell: @escaping @Sendable (_ path: String, _ changes: [String]) -> Void = { _, _ in }
    ) {
        self.options = JudgingOptions(
            raw: options.raw, forcesRaw: options.forcesRaw, takesDigests: options.takesDigests)
        self.copyFormat = copyFormat
        self.cleanCopies = cleanCopies
        self.known = known
        self.shouldContinue = shouldContinue
        self.tell = tell
    }

    /// Cleans a recording in place; `nil` if it was stopped.
    ///
    /// - Parameters:
    ///   - path: The recording.
    ///   - place: The path to which the file must resolve. A file in another place is not changed.
    package func redact(_ path: String, onlyAt place: String? = nil) -> Redaction? {
        var redaction = Redaction(outcome: .refused, before: RecordingJudgement(path: path))
        return done(&redaction) { (redaction) throws(RedactionRefusal) in
            let recording = try OpenRecording(path, exclusively: true)
            if let place, recording.place != place { throw .link(path: path, target: recording.place) }
            let place = try CopyPlace(recording.place)
            redaction.removed = place.removeStale()
            guard try judge(recording, into: &redaction) else { return false }
            guard redaction.outcome == .failed else { return true }
            return try clean(recording, to: place, &redaction) { (file, redaction) throws(RedactionRefusal) in
                try replace(recording, by: file)
                redaction.formerFile = FormerFile(identity: recording.version.identity, names: recording.names)
            }
        }
    }

    /// Makes a clean copy of the recording at `path`, called `name`, at the place from `plan`; `nil` if it was stopped.
    package func redact(_ path: String, called name: String, _ plan: inout OutputPlan) -> Redaction? {
        var redaction = Redaction(outcome: .refused, before: RecordingJudgement(path: path))
        var plans = plan
        defer { plan = plans }
        return done(&redaction) { (redaction) throws(RedactionRefusal) in
            let recording = try OpenRecording(path, exclusively: false)
            guard try judge(recording, into: &redaction) else { return false }
            if redaction.outcome == .unjudged || (redaction.outcome == .clean && cleanCopies.isNone) { return true }
            let isClean = redaction.outcome == .clean
            let name = isClean ? (copy: name, change: nil) : plans.name(of: name, as: copyFormat)
            let place = try plans.place(for: name.copy, of: path, mayBeLink: isClean)
            redaction.removed = place.removeStale()
            guard try isReplaceable(place.path, for: recording) else { return false }
            if isClean {
                guard try copy(recording, to: place, plans) else { return false }
                redaction.outcome = .copied
                redaction.output = place.path
                plans.note(place.path, of: path)
                return true
            }
            return try clean(recording, to: place, changed: name.change, &redaction) {
                (file, _) throws(RedactionRefusal) in
                try attempt { () throws(AtomicFileError) in try file.prepare() }
                try recording.check()
                try plans.check(place.path, of: path)
                try attempt { () throws(AtomicFileError) in try file.publish() }
                plans.note(place.path, of: path)
            }
        }
    }

    /// Throws if the file at `target` holds tones, because an earlier copy would be free of them; `false` if it was
    /// stopped.
    private func isReplaceable(_ target: String, for recording: OpenRecording) throws(RedactionRefusal) -> Bool {
        guard OutputPlan.isFile(target), FileIdentity(target) != recording.version.identity else { return true }
        guard let there = RecordingJudgement.judge(target, options: options, shouldContinue: { _ in shouldContinue() })
        else { return false }
        if !there.findings.isEmpty { throw .targetTaken(target: target, recording: recording.path) }
        return true
    }

    private func done(
        _ redaction: inout Redaction, _ work: (inout Redaction) throws(RedactionRefusal) -> Bool
    ) -> Redaction? {
        do throws(RedactionRefusal) {
            return try work(&redaction) ? redaction : nil
        } catch {
            redaction.outcome = .refused
            redaction.refusal = error
            return redaction
        }
    }

    /// Judges the recording. The outcome is `.failed` until its tones are removed.
    private func judge(_ recording: OpenRecording, into redaction: inout Redaction) throws(RedactionRefusal) -> Bool {
        var clean = known(recording.path)
        if clean?.verdict != .clean { clean = nil }
        guard
            let before = clean
                ?? RecordingJudgement.judge(recording.path, options: options, shouldContinue: { _ in shouldContinue() })
        else {
            return false
        }
        redaction.before = before
        try recording.check()
        redaction.outcome = !before.findings.isEmpty ? .failed : before.failure == nil ? .clean : .unjudged
        return true
    }

    /// Makes copies until one is free of tones and passes that one to `finish`; `false` if it was stopped.
    private func clean(
        _ recording: OpenRecording, to place: CopyPlace, changed name: String? = nil, _ redaction: inout Redaction,
        _ finish: (AtomicFile, inout Redaction) throws(RedactionRefusal) -> Void
    ) throws(RedactionRefusal) -> Bool {
        let before = redaction.before
        guard let presses = try presses(of: recording) else { return false }
        var silenced: [Finding] = []
        for number in 0..<Self.attempts {
            let file = try place.file()
            var cleaning = cleaning(for: number, before, silenced: silenced)
            cleaning.presses = presses
            let copy = CleanCopy(
                file: file, recording: recording, before: before, options: options, copyFormat: copyFormat,
                shouldContinue: shouldContinue)
            guard var changes = try copy.make(cleaning) else { return false }
            if let name { changes.append(name) }
            try recording.check()
            guard let after = try verify(file, before, shouldContinue) else { return false }
            if after.findings.isEmpty {
                if let reason = after.failure, !copy.isAsIncomplete(after) {
                    throw .copyUnread(path: recording.path, reason: reason)
                }
                try FileProperties.copy(from: recording, to: file.descriptor, strictly: place.path == recording.place)
                if !changes.isEmpty { tell(recording.path, changes) }
                try finish(file, &redaction)
                redaction.outcome = .cleaned
                (redaction.after, redaction.output, redaction.changes) = (after, place.path, changes)
                redaction.isSilenced = !cleaning.silenced.isEmpty
                return true
            }
            // The encoder's delay may have moved the findings by as much as the copy is longer.
            silenced += after.findings.map {
                var moved = $0
                moved.start = max(0, $0.start - (after.frames - before.frames))
                return moved
            }
        }
        return true
    }

    /// The presses in each channel, which a receiver of whole recordings hears; `nil` if it was stopped.
    private func presses(of recording: OpenRecording) throws(RedactionRefusal) -> [[KeyPress]]? {
        let found = try audio { () throws(AudioFileError) in
            let reader = try AudioReader(recording.path, raw: options.raw, forcesRaw: options.forcesRaw)
            return try RecordedPresses(reader) { _ in shouldContinue() }
        }
        return found?.channels
    }

    /// Judges a finished copy. Throws if another process wrote to it meanwhile.
    private func verify(
        _ file: AtomicFile, _ before: RecordingJudgement, _ shouldContinue: () -> Bool
    ) throws(RedactionRefusal) -> RecordingJudgement? {
        guard let path = file.temporaryPath else { return nil }
        let mark = FileVersion(file.descriptor)
        guard let after = RecordingJudgement.judge(path, options: options, shouldContinue: { _ in shouldContinue() })
        else { return nil }
        guard FileVersion(file.descriptor) == mark, FileIdentity(path) == mark.identity else {
            throw .changed(path: path)
        }
        // A copy without its end is invalid. Lossy encoders round lengths up to whole packets.
        let isWhole =
            after.channels == before.channels && after.sampleRate == before.sampleRate && after.frames >= before.frames
        if !isWhole && after.findings.isEmpty {
            throw .cannotEncode(path: before.path, detail: "its copy has \(after.frames) of \(before.frames) frames")
        }
        return after
    }

    /// The order of methods: the suppressor, then its `secure` policy, then silence for the remaining tones.
    private func cleaning(for attempt: Int, _ before: RecordingJudgement, silenced: [Finding]) -> CleaningPass {
        guard SuppressedStream.sampleRates.contains(before.sampleRate) else {
            return CleaningPass(suppression: nil, silenced: before.findings + silenced)
        }
        var suppression = Suppressor.Configuration(lookAhead: Suppressor.Configuration.recordingLookAhead)
        switch attempt {
        case 0: return CleaningPass(suppression: suppression)
        case 1:
            suppression.policy = .secure
            return CleaningPass(suppression: suppression)
        default: return CleaningPass(suppression: suppression, silenced: before.findings + silenced)
        }
    }
}

extension Redactor.CleanCopies {
    var isNone: Bool { if case .none = self { true } else { false } }
}

/// Runs `work` and turns a file error into a refusal.
func attempt<Result>(_ work: () throws(AtomicFileError) -> Result) throws(RedactionRefusal) -> Result {
    do throws(AtomicFileError) { return try work() } catch { throw .file(error) }
}
