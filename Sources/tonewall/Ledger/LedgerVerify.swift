import Failures
import ProcessIO
import AtomicFiles
import ArgumentParser
import CallControl
import Ledger

struct LedgerVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the audit log, every row and the tables against what was written.",
        discussion: """
            Checks the chain of the audit log from its first entry to its last by its key, every row against the last entry that tells of \
            it, and that tables, constraints, indexes, triggers and views are those that this program makes. The ledger is only read, \
            and may be one that cannot be written.

            The chain proves what is there. That nothing is gone from its end is proved by its noted end alone: FILE.key.head, or an end \
            that was kept elsewhere (--head). Without one, an emptied log or an older copy of the ledger looks whole, so that is a finding.

            EXAMPLES
              tonewall ledger reconcile day.ledger --head /media/office/heads.txt     at the end of each day
              tonewall ledger verify day.ledger --head /media/office/heads.txt
              tonewall ledger verify copy.ledger --ledger-key /media/office/day.ledger.key --head /media/office/heads.txt

            Prints a line a finding. Exit status: 0 all is as it was written; 1 something was changed, removed, reordered or added, or \
            cannot be proved.
            """)

    @OptionGroup var file: LedgerFile

    @Option(
        help: ArgumentHelp(
            "Ends of the log that were kept elsewhere, as 'reconcile --head' writes them.", valueName: "file"),
        completion: .file())
    var head: String?

    func run() async throws {
        let heads = try head.map(HeadFile.read) ?? []
        let result = try file.openToRead(withKey: true).verify(against: heads)
        for finding in result.findings { StandardOutput.write(finding.words(heads).quoted + "\n") }
        guard result.findings.isEmpty else {
            let count = result.findings.count
            throw Failure(
                .finding, file: file.ledger,
                "\(count) \(count == 1 ? "finding" : "findings") in \(result.entries) entries",
                advice: "compare it with a copy")
        }
        let kept = heads.isEmpty ? "" : ", \(heads.count) kept \(heads.count == 1 ? "end" : "ends") found in it"
        StandardOutput.write("\(result.entries) entries, none changed\(kept)\n")
    }
}

extension LedgerFinding {
    /// One line that says where.
    fileprivate func words(_ heads: [ChainHead]) -> String {
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
            "audit entry \(sequence): the log's noted end was \(how) when this was written; what was cut off before cannot be told"
        case .schemaChanged(let kind, let name): "\(kind) \(name): not as this program makes it"
        case .schemaUnknown(let kind, let name): "\(kind) \(name): added by somebody else"
        case .schemaMissing(let kind, let name): "\(kind) \(name): gone"
        case .schemaNewer: "the tables are of a newer version of this program; take that one"
        }
    }

    /// What cannot be told without the noted end.
    private static func untold(_ heads: [ChainHead]) -> String {
        let whole = "whether the log was emptied or cut short, or is of an older copy, cannot be told"
        guard let last = heads.map(\.sequence).max() else {
            return whole + "; an end kept elsewhere helps (--head FILE)"
        }
        return "what was cut off behind entry \(last) cannot be told"
    }
}
