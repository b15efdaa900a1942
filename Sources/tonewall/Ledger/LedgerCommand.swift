import ArgumentParser
import AtomicFiles
import Ledger
import PaymentSetup
import ProcessIO

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Read and settle the ledger of payments.",
        discussion: """
            The ledger is an SQLite file that 'tonewall pay' and 'tonewall live' write. It holds either test payments \
            or real ones, and no card data beyond brand, last four digits, expiry and the gateway's token.

            Every change is recorded in an audit log. Its entries are chained with a secret key, FILE.key, and the end \
            of the chain is stored in FILE.key.head. Keep a copy of both where users who can write the ledger cannot \
            write.

            EXAMPLES
              tonewall ledger list day.ledger
              tonewall ledger verify day.ledger
              tonewall ledger reconcile day.ledger --csv day.csv --gateway https://pay.example
              tonewall ledger settle day.ledger CALL-1 --as not-taken --reason 'not in the bank statement of the 24th'
              tonewall ledger refund day.ledger pi_123 --amount 4.00 --gateway https://pay.example

            Exit status: 0 done; 1 a finding: verify found a change, reconcile found open items, or a refund or \
            settlement was refused; 69 gateway out of reach.
            """,
        subcommands: [
            LedgerList.self, LedgerShow.self, LedgerReceipt.self, LedgerVerify.self, LedgerReconcile.self,
            LedgerSettle.self, LedgerRefund.self, LedgerVoid.self,
        ])
}

/// The ledger file of a command.
struct LedgerFile: ParsableArguments {
    @Argument(help: "Ledger file.", completion: .file()) var ledger: String
    @Option(
        help: ArgumentHelp("Key file of the audit log (default: the ledger's name with .key).", valueName: "file"),
        completion: .file())
    var ledgerKey: String?

    func open() throws -> Ledger {
        try Ledger.open(ledger, keyPath: ledgerKey, mustExist: true) { Report.note($0) }
    }

    /// Opens the ledger for reading only.
    func openToRead(withKey: Bool = false) throws -> Ledger {
        try Ledger.openToRead(ledger, keyPath: ledgerKey, needsKey: withKey)
    }

    /// Refuses an output path that leads to one of the ledger's own files.
    func refuse(asOutput path: String?) throws {
        guard let path, path != "-" else { return }
        try OutputPlaces.refuse([path], over: Ledger.files(ledger, keyPath: ledgerKey), "a file of the ledger itself")
    }
}
