internal import AtomicFiles

extension ReportCheck {
    /// The findings of a check, one line each: the report in `folder` against the key in `keyPath`.
    package func lines(folder: String, keyPath: String) -> [String] {
        guard let summary else { return ["\(folder): its signature does not hold: NOT signed with the key \(keyPath)"] }
        return [
            "\(folder): signed with the key \(keyPath)",
            "made \(summary.time) by \(summary.tool)\(summary.isPartial ? ", partial" : "")",
            summary.totals.words(isPartial: summary.isPartial),
        ] + changedFiles.map { "changed in the report: \($0.quoted)" } + changed.map { "changed since: \($0.quoted)" }
            + missing.map { "missing: \($0.quoted)" } + (isIntact ? ["everything is as it was"] : [])
    }
}
