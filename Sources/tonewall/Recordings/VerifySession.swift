import Archive
import ArgumentParser
import AtomicFiles
import AudioIO
import Failures
import Foundation
import ProcessIO
import Verification

/// One run of `verify`: what is printed, kept and reported of each judgement.
struct VerifySession {
    private let options: VerifyOptions
    private let revealed: Bool
    private let list: RecordingList
    private var printer: JudgementPrinter
    private var report: ReportFolder?
    private let key: ReportKey?
    private let state: ArchiveState?
    private var totals = ArchiveTotals()
    private var failures: [Failure] = []
    private let began = Date()
    private let start = ContinuousClock.now

    init(options: VerifyOptions, hearing: JudgingOptions, revealed: Bool, list: RecordingList) throws {
        self.options = options
        self.revealed = revealed
        self.list = list
        printer = JudgementPrinter(format: options.format)
        if let folder = options.report {
            key = try ReportKey.privateKey(at: options.privateKeyPath)
            report = try ReportFolder(folder, options: hearing, revealed: revealed && options.yesReveal)
        } else {
            key = nil
        }
        state = try options.resume.map { try ArchiveState(resuming: $0, raw: hearing.raw) }
    }

    /// What an earlier run said of a recording, where that still holds; asked side by side.
    ///
    /// Which keys they were is not kept: to tell them, a recording is heard again.
    var known: @Sendable (String) -> RecordingJudgement? {
        { [state, revealed] path in
            guard let known = state?.judgement(of: path, shouldContinue: { !Interruption.hasCome }) else { return nil }
            return revealed && !known.findings.isEmpty ? nil : known
        }
    }

    mutating func add(_ judgement: RecordingJudgement, isKnown: Bool) throws {
        let failure = UnjudgedRecording(judgement)?.failure
        if let failure { failures.append(failure) }
        let warning = judgement.remarks.isEmpty ? nil : judgement.remarks.joined(separator: "; ")
        func record(_ revealed: Bool) -> JudgementRecord {
            JudgementRecord(judgement, revealed: revealed, reason: failure?.what, warning: warning)
        }
        let printed = record(revealed)
        totals.add(printed)
        printer.print(printed)
        if !isKnown { try state?.keep(judgement) }
        let reported = record(revealed && options.yesReveal)
        try report?.add(judgement, reported)
    }

    private mutating func addUnheard() {
        for thing in list.skippedFiles {
            failures.append(thing.failure)
            tell(JudgementRecord(.skipped, path: thing.path, reason: thing.failure.what))
        }
        if options.listOthers || (options.format == .text && list.otherFiles.count <= JudgementPrinter.fewOthers) {
            for path in list.otherFiles { tell(JudgementRecord(.other, path: path, reason: nil)) }
        } else {
            totals.otherFiles = list.otherFiles.count
        }
    }

    private mutating func tell(_ record: JudgementRecord) {
        totals.add(record)
        printer.print(record)
        report?.add(record)
    }

    /// Prints what is left to say and ends with the run's exit status.
    mutating func finish(isPartial: Bool) throws {
        addUnheard()
        let elapsed = start.duration(to: .now) / .seconds(1)
        totals.runSeconds = (elapsed * 1000).rounded() / 1000
        printer.finish(totals, isPartial: isPartial)
        if let report, let key {
            try report.finish(
                tool: "tonewall \(Version.line)", time: Date(), settings: settings, totals: totals,
                isPartial: isPartial, key: key)
        }
        for failure in failures { Report.print(failure) }
        if isPartial {
            let left = list.items.count - totals.recordings
            Report.note(
                "tonewall: stopped with \(left) of \(list.items.count) recordings not judged"
                    + (list.isPartial ? ", and folders not walked to their end" : ""))
            throw ExitCode(128 + SIGINT)
        }
        if totals.withDigits + totals.withFragments > 0 { throw ExitCode(1) }
        if let first = failures.first {
            // A single file that is not there is no archive with a hole in it.
            throw ExitCode(list.items.count + list.skippedFiles.count == 1 ? first.status.rawValue : 65)
        }
        if list.items.isEmpty {
            throw Failure(.noInput, "no recording is named or found", advice: "name files or folders")
        }
    }

    /// Who judged, where, since when and how.
    private var settings: [String: String] {
        var settings = [
            "format": options.format.rawValue, "recordings": String(list.items.count),
            "arguments": PathBytes.arguments.map(\.quoted).joined(separator: " "),
            "began": began.formatted(.iso8601), "host": Self.host,
        ]
        settings["user"] = unsafe getpwuid(getuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
        if options.follow { settings["follow"] = "yes" }
        if options.reveal && options.yesReveal { settings["reveal"] = "yes" }
        return settings
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return PathBytes.text(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}
