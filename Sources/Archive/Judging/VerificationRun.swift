internal import AtomicFiles
package import Failures
internal import Foundation

/// A run over an archive. It judges every recording, and outputs, stores and reports each judgement.
package struct VerificationRun {
    /// The options of a run.
    package struct Options: Sendable {
        package var format = JudgementFormat.text
        /// Whether the output reveals keys, and whether the report does.
        package var (revealsKeys, reportsKeys) = (false, false)
        /// Whether files without audio are named in every format, whatever their number.
        package var listsOthers = false
        /// The folder of a report, and the file of the private key that signs it.
        package var report: (folder: String, keyPath: String)?
        /// The program that makes the report, and further entries of its summary.
        package var (tool, settings) = ("tonewall", [String: String]())

        package init() {}
    }

    /// The end of a run.
    package enum Ending: Sendable, Hashable {
        /// Every recording was judged. The status is the worst result, or `nil` if all recordings are clean.
        case complete(Failure.Status?)
        /// The run was told to stop. The judgements up to then were output.
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
    ///   - state: The judgements of earlier runs, to which this run adds its own.
    /// - Throws: ``ReportError`` if the report cannot be started.
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
    ///   - shouldContinue: Called all the time by every job. When it returns `false`, the rest is left out.
    ///   - tell: Receives the messages in order.
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

    /// A valid judgement of an earlier run for a recording. Several jobs call it at the same time.
    ///
    /// Keys are not stored. To reveal them, a recording must be decoded again.
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

    /// Outputs the files that are not recordings or could not be read.
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
            // A single missing file is not an archive with a missing part.
            return .complete(list.items.count + list.skippedFiles.count == 1 ? first.status : .dataError)
        }
        guard list.items.isEmpty else { return .complete(nil) }
        tell(.failure(RecordingList.nothingFound))
        return .complete(RecordingList.nothingFound.status)
    }

    /// The settings of the run for the report: program, place, time and options.
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
    /// The paths lead to no recordings.
    package static let nothingFound = Failure(
        .noInput, code: "archive.nothing-found", "no recording is named or found", advice: "name files or folders")
}
