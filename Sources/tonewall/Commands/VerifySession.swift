import Archive
import ArgumentParser
import AudioIO
import Foundation
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
    private var unjudged: [UnjudgedRecording] = []

    init(options: VerifyOptions, hearing: HearingOptions, revealed: Bool, list: RecordingList) throws {
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
        state = try options.resume.map {
            try ArchiveState(path: $0, version: "\(Tonewall.configuration.version)/\(Verifier.version)")
        }
        totals.otherFiles = list.otherFiles.count
    }

    /// What an earlier run said of `path`, where that still holds.
    ///
    /// Which keys they were is not kept: to tell them, a recording is heard again.
    func known(_ path: String) -> RecordingJudgement? {
        guard let known = state?.judgement(of: path, withDigest: report != nil) else { return nil }
        return revealed && !known.findings.isEmpty ? nil : known
    }

    mutating func add(_ judgement: RecordingJudgement, isKnown: Bool) throws {
        let failed = UnjudgedRecording(judgement)
        if let failed { unjudged.append(failed) }
        var warning = judgement.remarks.isEmpty ? nil : judgement.remarks.joined(separator: "; ")
        if judgement.failure == nil && judgement.frames == 0 { warning = "it holds no samples" }
        func record(_ revealed: Bool) -> JudgementRecord {
            JudgementRecord(judgement, revealed: revealed, reason: failed?.failure.what, warning: warning)
        }
        let printed = record(revealed)
        totals.add(printed)
        printer.print(printed)
        if !isKnown { try state?.keep(judgement) }
        try report?.add(judgement, record(revealed && options.yesReveal))
    }

    /// Prints what is left to say and ends with the run's exit status.
    mutating func finish(isPartial: Bool) throws {
        printer.finish(totals, isPartial: isPartial)
        if let report, let key {
            try report.finish(
                tool: "tonewall \(Tonewall.configuration.version)", time: Date(), settings: settings, totals: totals,
                isPartial: isPartial, key: key)
        }
        for recording in unjudged { Report.print(recording.failure) }
        for thing in list.passedOver { Report.print(thing.failure) }
        if isPartial {
            let left = list.items.count - totals.recordings
            Report.note("tonewall: stopped with \(left) of \(list.items.count) recordings not judged")
            throw ExitCode(128 + SIGINT)
        }
        if totals.withDigits + totals.withFragments > 0 { throw ExitCode(1) }
        guard let first = (unjudged.map(\.failure) + list.passedOver.map(\.failure)).first else { return }
        // A single file that is not there is no archive with a hole in it.
        throw ExitCode(list.items.count + list.passedOver.count == 1 ? first.status.rawValue : 65)
    }

    private var settings: [String: String] {
        var settings = ["format": options.format.rawValue, "paths": String(list.items.count)]
        if options.reveal && options.yesReveal { settings["reveal"] = "yes" }
        return settings
    }
}
