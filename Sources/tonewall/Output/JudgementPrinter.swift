import AtomicFiles
import Archive
import AudioIO
import Foundation
import ProcessIO
import TextFormats

/// How `verify` prints what it found.
enum JudgementFormat: String, CaseIterable {
    /// A line a recording and a line a finding.
    case text
    /// An object a recording.
    case ndjson
    /// JUnit XML, for build servers.
    case junit
    /// A line a finding, for spreadsheets.
    case csv
}

/// Judgements on standard output, each as it comes.
struct JudgementPrinter {
    let format: JudgementFormat
    /// Up to so many files that are no audio are named without being asked for.
    static let fewOthers = 20
    private var namedOthers = 0
    private var output = StandardOutput()
    private var held: [JudgementRecord] = []

    init(format: JudgementFormat) {
        self.format = format
        if format == .csv { output.append(JudgementCSV.head) }
    }

    mutating func print(_ record: JudgementRecord) {
        if record.verdict == .other { namedOthers += 1 }
        switch format {
        case .text: output.append(Self.text(record))
        case .ndjson: output.append(Self.object(record) + "\n")
        case .csv: output.append(JudgementCSV.lines(record))
        case .junit: held.append(record)
        }
        output.flush()
    }

    mutating func finish(_ totals: ArchiveTotals, isPartial: Bool) {
        switch format {
        case .junit: output.append(JUnit.document(held, totals: totals, isPartial: isPartial))
        case .text where totals.recordings != 1 || totals.skippedFiles + totals.otherFiles > 0 || isPartial:
            let hint = totals.otherFiles > namedOthers ? " (--list-others names them)" : ""
            output.append(Self.text(totals, isPartial: isPartial) + hint + "\n")
        default: break
        }
        output.flush()
    }

    private static func text(_ record: JudgementRecord) -> String {
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

    static func text(_ totals: ArchiveTotals, isPartial: Bool) -> String {
        let hours = fixed(totals.seconds / 3600, decimals: 2)
        let sums =
            "\(totals.recordings) recordings, \(hours) h: \(totals.clean) clean, \(totals.withDigits) with digits, "
            + "\(totals.withFragments) with fragments only, \(totals.unjudged) could not be judged"
            + (totals.skippedFiles > 0 ? ", \(totals.skippedFiles) passed over" : "")
            + (totals.otherFiles > 0 ? "; \(totals.otherFiles) other files are no audio" : "")
        return (isPartial ? "partial: " : "") + sums
    }

    private static func object(_ record: JudgementRecord) -> String { SafeJSON.encode(record) }
}
