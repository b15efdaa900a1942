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
        abstract: "Check the audit log, every row and the tables for changes.",
        discussion: """
            Checks the chain of the audit log with its key, from the first entry to the last. Checks every row against \
            its last log entry. Checks that tables, constraints, indexes, triggers and views are those of this \
            program. The ledger is opened for reading only, so it may be write-protected.

            The chain proves the entries that are there. Only a stored end of the chain proves that no later entry was \
            removed: FILE.key.head, or an end that was kept elsewhere (--head). Without one, an emptied log or an \
            older copy of the ledger would look complete, so its absence is a finding.

            EXAMPLES
              tonewall ledger reconcile day.ledger --head /media/office/heads.txt     at the end of each day
              tonewall ledger verify day.ledger --head /media/office/heads.txt
              tonewall ledger verify copy.ledger --ledger-key /media/office/day.ledger.key --head /media/office/heads.txt

            Prints one line for each finding. Exit status: 0 nothing was changed; 1 something was changed, removed, \
            reordered or added, or cannot be proved.
            """)

    @OptionGroup var file: LedgerFile
    @Option(
        help: ArgumentHelp(
            "File with ends of the log, as written by 'reconcile --head'.", valueName: "file"),
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
