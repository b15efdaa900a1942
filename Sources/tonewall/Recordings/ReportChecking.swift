import AtomicFiles
import Archive
import ArgumentParser
import AudioIO
import Foundation
import ProcessIO

/// `verify --check-report`: does a report still hold?
enum ReportChecking {
    /// Prints what the check of the report in `folder` found; ends with 1 where it does not hold.
    static func run(_ folder: String, keyPath: String?) throws {
        let path = keyPath ?? ReportKey.publicPath(of: VerifyOptions.defaultKeyPath)
        let check = try ReportSummary.check(folder, key: ReportKey(path: path))
        var output = StandardOutput()
        let (shownFolder, shownPath) = (folder.quoted, path.quoted)
        guard let summary = check.summary else {
            output.append("\(shownFolder): its signature does not hold: NOT signed with the key \(shownPath)\n")
            output.flush()
            throw ExitCode(1)
        }
        output.append("\(shownFolder): signed with the key \(shownPath)\n")
        do {
            output.append("made \(summary.time) by \(summary.tool)\(summary.isPartial ? ", partial" : "")\n")
            output.append(JudgementPrinter.text(summary.totals, isPartial: summary.isPartial) + "\n")
        }
        for file in check.changedFiles { output.append("changed in the report: \(file.quoted)\n") }
        for file in check.changed { output.append("changed since: \(file.quoted)\n") }
        for file in check.missing { output.append("missing: \(file.quoted)\n") }
        if check.isIntact { output.append("everything is as it was\n") }
        output.flush()
        if !check.isIntact { throw ExitCode(1) }
    }
}
