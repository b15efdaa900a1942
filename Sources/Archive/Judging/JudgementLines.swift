internal import AtomicFiles
internal import TextFormats

/// The output format of judgements.
package enum JudgementFormat: String, CaseIterable, Sendable {
    /// One line for each recording and one for each finding.
    case text
    /// One JSON object for each recording.
    case ndjson
    /// JUnit XML, for build servers.
    case junit
    /// One line for each finding, for spreadsheets.
    case csv
}

/// The judgements of a run as text, NDJSON, JUnit XML or CSV.
package struct JudgementLines: Sendable {
    /// Largest number of files without audio that are named in text by default.
    static let fewOthers = 20

    private let format: JudgementFormat
    private var namedOthers = 0
    /// Records that wait for the end of the run.
    private var held: [JudgementRecord] = []

    package init(_ format: JudgementFormat) { self.format = format }

    /// The text before all judgements.
    package var heading: String { format == .csv ? JudgementCSV.head : "" }

    /// The text of one judgement.
    package mutating func text(_ record: JudgementRecord) -> String {
        if record.verdict == .other { namedOthers += 1 }
        switch format {
        case .text: return Self.lines(record)
        case .ndjson: return SafeJSON.encode(record) + "\n"
        case .csv: return JudgementCSV.lines(record)
        case .junit:
            held.append(record)
            return ""
        }
    }

    /// The text after all judgements.
    package func end(_ totals: ArchiveTotals, isPartial: Bool) -> String {
        switch format {
        case .junit: return JUnit.document(held, totals: totals, isPartial: isPartial)
        case .text where totals.recordings != 1 || totals.skippedFiles + totals.otherFiles > 0 || isPartial:
            let hint = totals.otherFiles > namedOthers ? " (--list-others names them)" : ""
            return totals.words(isPartial: isPartial) + hint + "\n"
        default: return ""
        }
    }

    private static func lines(_ record: JudgementRecord) -> String {
        let verdict =
            switch record.verdict {
            case .unjudged: "could not be judged"
            case .skipped: "passed over"
            case .other: "no audio"
            case .clean, .digits, .fragments: record.verdict.rawValue
            }
        var text = "\(record.file.quoted): \(verdict)\n"
        for entry in record.findings {
            let length = Int(((entry.end - entry.start) * 1000).rounded())
            text += "  channel \(entry.channel)  \(fixed(entry.start, decimals: 3)) s  \(length) ms  \(entry.kind)"
            text += "  \(fixed(entry.levelDBm0, decimals: 1)) dBm0\(entry.digit.map { "  key \($0)" } ?? "")\n"
        }
        return text
    }
}

extension ArchiveTotals {
    /// `3 recordings, 0.50 h: 2 clean, 1 with digits, …`.
    package func words(isPartial: Bool) -> String {
        let sums =
            "\(recordings) recordings, \(fixed(seconds / 3600, decimals: 2)) h: \(clean) clean, "
            + "\(withDigits) with digits, \(withFragments) with fragments only, \(unjudged) could not be judged"
            + (skippedFiles > 0 ? ", \(skippedFiles) passed over" : "")
            + (otherFiles > 0 ? "; \(otherFiles) other files are no audio" : "")
        return (isPartial ? "partial: " : "") + sums
    }
}
