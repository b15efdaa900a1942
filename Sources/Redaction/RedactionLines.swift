internal import Archive
internal import AtomicFiles
internal import Failures
internal import TextFormats
internal import Verification

/// The output format of redactions.
package enum RedactionFormat: String, CaseIterable, Sendable {
    /// For people and shells.
    case text
    /// For programs: one JSON object a line.
    case ndjson
}

extension Redaction {
    /// The line for a recording, with its line feed; empty if an error message says it all.
    ///
    /// - Parameter target: The file that was changed, if it differs from the name.
    func line(_ format: RedactionFormat, target: String?) -> String { format == .ndjson ? object : text(target) }

    private var digits: Int { before.findings.count { $0.kind == .digit } }
    private var fragments: Int { before.findings.count - digits }

    private var object: String {
        var line = JSONLine()
        line.add(file: before.path)
        line.add("outcome", outcome.rawValue)
        if let output { line.add("output", output.quoted) }
        line.add("digits", digits)
        line.add("fragments", fragments)
        if outcome == .cleaned { line.add("method", isSilenced ? "silence" : "suppression") }
        if let refusal { line.add("reason", refusal.failure.what) }
        if let names = formerFile?.names, names > 0 { line.add("other_names", names) }
        return line.line
    }

    private func text(_ target: String?) -> String {
        let counts = "\(digits) digits and \(fragments) fragments"
        let place = (output ?? "").quoted
        let what: String
        switch outcome {
        case .clean: what = "clean, left alone"
        case .copied: what = "clean, in \(place)"
        case .cleaned:
            what =
                "\(counts) taken out, verified clean\(isSilenced ? " (some made silent)" : "")"
                + (formerFile == nil ? ", in \(place)" : "")
                + (target.map { "; the file that it is a link to was changed: \($0.quoted)" } ?? "")
        case .failed: what = "\(counts) found, could not be cleaned, left as it was"
        case .unjudged: what = "could not be judged"
        case .refused: return ""
        }
        return "\(before.path.quoted): \(what)\n"
    }
}

/// Number of recordings for each result of a run.
struct RedactionTotals {
    private var counts: [Redaction.Outcome: Int] = [:]
    /// Number of files that were skipped.
    var skippedFiles = 0

    mutating func add(_ result: Redaction) { counts[result.outcome, default: 0] += 1 }

    /// The totals in one line, with its line feed.
    var line: String {
        func count(_ outcomes: Redaction.Outcome...) -> Int { outcomes.reduce(0) { $0 + counts[$1, default: 0] } }
        let recordings = counts.values.reduce(0, +)
        return "\(recordings) recordings: \(count(.cleaned)) cleaned, \(count(.clean, .copied)) clean already, "
            + "\(count(.failed, .refused)) left as they were, \(count(.unjudged)) could not be judged"
            + (skippedFiles > 0 ? ", \(skippedFiles) passed over" : "") + "\n"
    }
}
