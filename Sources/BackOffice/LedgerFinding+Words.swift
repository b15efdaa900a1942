package import Failures
package import Ledger

extension LedgerFinding {
    /// The place and the kind of the deviation in one line.
    ///
    /// - Parameter heads: The given ends of the audit log that were kept elsewhere.
    package func words(_ heads: [ChainHead]) -> String {
        switch self {
        case .changed(let sequence): "audit entry \(sequence): changed or in another's place"
        case .unproved(let sequence):
            "audit entry \(sequence): cannot be proved, since the one before it was changed or is gone"
        case .missing(let range): "audit entries \(range.lowerBound) to \(range.upperBound): missing"
        case .cutShort(let last, let expected): "audit log ends at \(last), but had \(expected) entries or more"
        case .rowChanged(let resource): "\(resource): not what the audit log says"
        case .rowMissing(let resource): "\(resource): missing"
        case .rowUnknown(let resource): "\(resource): the audit log does not know it"
        case .damaged(let reason): "file damaged: \(reason)"
        case .headMissing(let path): "\(path): missing: \(Self.untold(heads))"
        case .headUnreadable(let path): "\(path): empty or no end of an audit log: \(Self.untold(heads))"
        case .headLost(let sequence, let how):
            "audit entry \(sequence): the log's noted end was \(how) when this was written; "
                + "what was cut off before cannot be told"
        case .schemaChanged(let kind, let name): "\(kind) \(name): not as this program makes it"
        case .schemaUnknown(let kind, let name): "\(kind) \(name): added by somebody else"
        case .schemaMissing(let kind, let name): "\(kind) \(name): gone"
        case .schemaNewer: "the tables are of a newer version of this program; take that one"
        }
    }

    /// What cannot be proved without the stored end.
    private static func untold(_ heads: [ChainHead]) -> String {
        let whole = "whether the log was emptied or cut short, or is of an older copy, cannot be told"
        guard let last = heads.map(\.sequence).max() else {
            return whole + "; an end kept elsewhere helps (--head FILE)"
        }
        return "what was cut off behind entry \(last) cannot be told"
    }
}

extension LedgerVerification {
    /// The check in lines: its findings, or that nothing was changed.
    ///
    /// - Parameter heads: The given ends of the audit log that were kept elsewhere.
    package func lines(_ heads: [ChainHead]) -> [String] {
        if !findings.isEmpty { return findings.map { $0.words(heads) } }
        let kept = heads.isEmpty ? "" : ", \(heads.count) kept \(heads.count == 1 ? "end" : "ends") found in it"
        return ["\(entries) entries, none changed\(kept)"]
    }

    /// The finding that the ledger at `path` was changed; `nil` if it was not.
    package func finding(_ path: String) -> Failure? {
        guard !findings.isEmpty else { return nil }
        return Failure(
            .finding, code: "ledger.changed", file: path,
            "\(findings.count) \(findings.count == 1 ? "finding" : "findings") in \(entries) entries",
            advice: "compare it with a copy")
    }
}
