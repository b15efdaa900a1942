import ProcessIO
import AtomicFiles
import ArgumentParser
import BackOffice
import Ledger
import LedgerHost
import PaymentSetup

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
        let heads =
            try head.map { try ChainHeadFile.ends(in: try SmallFile.text(of: $0, limit: 1 << 24), of: $0) } ?? []
        let result = try file.openToRead(withKey: true).verify(against: heads)
        for line in result.lines(heads) { StandardOutput.write(line.quoted + "\n") }
        if let finding = result.finding(file.ledger) { throw finding }
    }
}
