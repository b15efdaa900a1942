internal import AtomicFiles
package import Failures
internal import Foundation

/// A run over an archive: every recording judged, each judgement told, kept and reported, and how the run ends.
package struct VerificationRun {
    /// What a run is asked for.
    package struct Options: Sendable {
        package var format = JudgementFormat.text
        /// Whether what is told says which keys were found, and whether the report does.
        package var (revealsKeys, reportsKeys) = (false, false)
        /// Whether files that are no audio are named, however many they are and in each format.
        package var listsOthers = false
        /// The folder of a report, and the file of the private key that signs it.
        package var report: (folder: String, keyPath: String)?
        /// Who made the report, and what else stands in its summary.
        package var (tool, settings) = ("tonewall", [String: String]())

        package init() {}
    }

    /// How a run ended.
    package enum Ending: Sendable, Hashable {
        /// Everything was seen; the worst of what came of it, `nil` where every recording is clean.
        case complete(Failure.Status?)
        /// It was told to stop; what was done until then is told.
        case stopped
    }

    /// How far the run has come.
    package let progress: ArchiveProgress
    private let list: RecordingList
    private let options: Options
    private let judging: JudgingOptions
    private let state: ArchiveState?
    private var lines: JudgementLines
    private var report: ReportFolder?
    private let key: ReportKey?
    private var totals = ArchiveTotals()
    private var failures: [Failure] = []
    private let began = Date()
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - list: The recordings.
    ///   - options: What is written, and where.
    ///   - judging: How recordings are read.
    ///   - state: The judgements of earlier runs; this run's are added.
    /// - Throws: ``ReportError`` if the report cannot be begun.
    package init(
        _ list: RecordingList, _ options: Options, _ judging: JudgingOptions, state: ArchiveState?
    ) throws(ReportError) {
        (self.list, self.options, self.judging, self.state) = (list, options, judging, state)
        lines = JudgementLines(options.format)
        progress = ArchiveProgress(files: list.items.count, bytes: list.totalBytes)
        if let (folder, keyPath) = options.report {
            key = try ReportKey.privateKey(at: keyPath)
            report = try ReportFolder(folder, options: judging, revealed: options.reportsKeys)
        } else {
            key = nil
        }
    }

    /// Judges everything, `jobs` recordings at a time.
    ///
    /// - Parameters:
    ///   - shouldContinue: Asked all the while, by every job; once it says no, the rest is left.
    ///   - tell: Given what is to be said, in order.
    package mutating func run(
        jobs: Int, shouldContinue: @escaping @Sendable () -> Bool, tell: (RunMessage) -> Void
    ) async throws -> Ending {
        tell(.result(lines.heading))
        let (progress, known) = (progress, known(shouldContinue))
        let told = try await ArchiveRun.judge(
            list.paths, jobs: jobs, options: judging, known: known,
            shouldContinue: { seconds in
                progress.heard(seconds)
                return shouldContinue()
            },
            { judgement, isKnown in
                try add(judgement, isKnown: isKnown, tell)
                progress.finished(bytes: judgement.size)
            })
        return try finish(isPartial: told < list.items.count || list.isPartial, tell)
    }

    /// What an earlier run said of a recording, where that still holds; asked side by side.
    ///
    /// Which keys they were is not kept: to tell them, a recording is heard again.
    private func known(_ shouldContinue: @escaping @Sendable () -> Bool) -> @Sendable (String) -> RecordingJudgement? {
        { [state, revealsKeys = options.revealsKeys] path in
            guard let known = state?.judgement(of: path, shouldContinue: shouldContinue) else { return nil }
            return revealsKeys && !known.findings.isEmpty ? nil : known
        }
    }

    private mutating func add(
        _ judgement: RecordingJudgement, isKnown: Bool, _ tell: (RunMessage) -> Void
    ) throws {
        let failure = UnjudgedRecording(judgement)?.failure
        if let failure { failures.append(failure) }
        let warning = judgement.remarks.isEmpty ? nil : judgement.remarks.joined(separator: "; ")
        func record(_ revealed: Bool) -> JudgementRecord {
            JudgementRecord(judgement, revealed: revealed, reason: failure?.what, warning: warning)
        }
        let told = record(options.revealsKeys)
        totals.add(told)
        tell(.result(lines.text(told)))
        if !isKnown { try state?.keep(judgement) }
        let reported = record(options.reportsKeys)
        try report?.add(judgement, reported)
    }

    /// Tells of what is no recording, or could not be heard.
    private mutating func addOthers(_ tell: (RunMessage) -> Void) {
        var records = list.skippedFiles.map { JudgementRecord(.skipped, path: $0.path, reason: $0.failure.what) }
        failures += list.skippedFiles.map(\.failure)
        let areFew = options.format == .text && list.otherFiles.count <= JudgementLines.fewOthers
        if options.listsOthers || areFew {
            records += list.otherFiles.map { JudgementRecord(.other, path: $0, reason: nil) }
        } else {
            totals.otherFiles = list.otherFiles.count
        }
        for record in records {
            totals.add(record)
            tell(.result(lines.text(record)))
            report?.add(record)
        }
    }

    private mutating func finish(isPartial: Bool, _ tell: (RunMessage) -> Void) throws(ReportError) -> Ending {
        addOthers(tell)
        let elapsed = start.duration(to: .now) / .seconds(1)
        totals.runSeconds = (elapsed * 1000).rounded() / 1000
        tell(.result(lines.end(totals, isPartial: isPartial)))
        if let report, let key {
            try report.finish(
                tool: options.tool, time: Date(), settings: settings, totals: totals, isPartial: isPartial, key: key)
        }
        for failure in failures { tell(.failure(failure)) }
        if isPartial {
            let left = list.items.count - totals.recordings
            tell(
                .note(
                    file: nil,
                    "stopped with \(left) of \(list.items.count) recordings not judged"
                        + (list.isPartial ? ", and folders not walked to their end" : "")))
            return .stopped
        }
        if totals.withDigits + totals.withFragments > 0 { return .complete(.finding) }
        if let first = failures.first {
            // A single file that is not there is no archive with a hole in it.
            return .complete(list.items.count + list.skippedFiles.count == 1 ? first.status : .dataError)
        }
        guard list.items.isEmpty else { return .complete(nil) }
        tell(.failure(RecordingList.nothingFound))
        return .complete(RecordingList.nothingFound.status)
    }

    /// Who judged, where, since when and how.
    private var settings: [String: String] {
        var settings = options.settings
        settings["format"] = options.format.rawValue
        settings["recordings"] = String(list.items.count)
        settings["began"] = began.formatted(.iso8601)
        settings["host"] = Self.host
        settings["user"] = unsafe getpwuid(getuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
        if options.reportsKeys { settings["reveal"] = "yes" }
        return settings
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return PathBytes.text(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}

extension RecordingList {
    /// The paths hold no recording.
    package static let nothingFound = Failure(
        .noInput, code: "archive.nothing-found", "no recording is named or found", advice: "name files or folders")
}
