internal import Verification

/// Totals of a run.
package struct ArchiveTotals: Sendable, Hashable, Codable {
    package var recordings = 0
    /// Seconds of audio.
    package var seconds = 0.0
    package var clean = 0
    package var withDigits = 0
    package var withFragments = 0
    package var unjudged = 0
    package var digitFindings = 0
    package var fragmentFindings = 0
    /// Files that were skipped and may hold tones.
    package var skippedFiles = 0
    /// Files below the folders that are clearly not audio.
    package var otherFiles = 0
    /// Seconds that the run took.
    package var runSeconds = 0.0

    enum CodingKeys: String, CodingKey {
        case recordings, seconds, clean, unjudged
        case withDigits = "with_digits"
        case withFragments = "with_fragments"
        case digitFindings = "digit_findings"
        case fragmentFindings = "fragment_findings"
        case skippedFiles = "passed_over"
        case otherFiles = "other_files"
        case runSeconds = "run_seconds"
    }

    package init() {}

    /// Also reads summaries of version 0.1.0, which lack skipped files and the run's time.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Int { try values.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        recordings = try values.decode(Int.self, forKey: .recordings)
        seconds = try values.decode(Double.self, forKey: .seconds)
        (clean, unjudged) = (try number(.clean), try number(.unjudged))
        (withDigits, withFragments) = (try number(.withDigits), try number(.withFragments))
        (digitFindings, fragmentFindings) = (try number(.digitFindings), try number(.fragmentFindings))
        (skippedFiles, otherFiles) = (try number(.skippedFiles), try number(.otherFiles))
        runSeconds = try values.decodeIfPresent(Double.self, forKey: .runSeconds) ?? 0
    }

    package mutating func add(_ record: JudgementRecord) {
        switch record.verdict {
        case .clean: clean += 1
        case .digits: withDigits += 1
        case .fragments: withFragments += 1
        case .unjudged: unjudged += 1
        case .skipped: skippedFiles += 1
        case .other: otherFiles += 1
        }
        if record.verdict == .skipped || record.verdict == .other { return }
        recordings += 1
        seconds += record.seconds
        digitFindings += record.findings.count { $0.kind == Finding.Kind.digit.rawValue }
        fragmentFindings += record.findings.count { $0.kind == Finding.Kind.fragment.rawValue }
    }
}
