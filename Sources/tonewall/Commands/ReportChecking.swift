import Archive
import ArgumentParser
import Foundation

/// `verify --check-report`: does a report still hold?
enum ReportChecking {
    /// Prints what the check of the report in `folder` found; ends with 1 where it does not hold.
    static func run(_ folder: String, keyPath: String?) throws {
        let path = keyPath ?? ReportKey.publicPath(of: VerifyOptions.defaultKeyPath)
        let check = try ReportSummary.check(folder, key: ReportKey(path: path))
        var output = StandardOutput()
        let summary = check.summary
        output.append(
            "\(folder): \(check.isAuthentic ? "signed with the key" : "NOT signed with the key") \(path)\n")
        if check.isAuthentic {
            output.append("made \(summary.time) by \(summary.tool)\(summary.isPartial ? ", partial" : "")\n")
            output.append(JudgementPrinter.text(summary.totals, isPartial: summary.isPartial) + "\n")
        }
        for file in check.changedFiles { output.append("changed in the report: \(file)\n") }
        for file in check.changed { output.append("changed since: \(file)\n") }
        for file in check.missing { output.append("missing: \(file)\n") }
        if check.isIntact { output.append("everything is as it was\n") }
        output.flush()
        if !check.isIntact { throw ExitCode(1) }
    }
}
