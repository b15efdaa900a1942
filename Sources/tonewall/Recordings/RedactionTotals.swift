import Redaction

/// How many recordings came to which end in a run of `redact`.
struct RedactionTotals {
    private var counts: [Redaction.Outcome: Int] = [:]
    /// What was passed over.
    var unreadParts = 0

    mutating func add(_ result: Redaction) { counts[result.outcome, default: 0] += 1 }

    /// A line, with its end.
    var line: String {
        func count(_ outcomes: Redaction.Outcome...) -> Int { outcomes.reduce(0) { $0 + counts[$1, default: 0] } }
        let recordings = counts.values.reduce(0, +)
        return "\(recordings) recordings: \(count(.cleaned)) cleaned, \(count(.clean, .copied)) clean already, "
            + "\(count(.failed, .refused)) left as they were, \(count(.unjudged)) could not be judged"
            + (unreadParts > 0 ? ", \(unreadParts) passed over" : "") + "\n"
    }
}
