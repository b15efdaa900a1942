import ArgumentParser
import AtomicFiles
import Ledger
import PaymentSetup
import ProcessIO

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "What was paid, and what is still open.",
        discussion: """
            The ledger is an SQLite file that 'tonewall pay' and 'tonewall live' write. It is of test payments or of real ones, never of \
            both, and holds no card data beyond brand, last four \
            digits, expiry and the gateway's token. Every change stands in an audit log that is chained by a secret key, \
            FILE.key; the chain's end is noted in FILE.key.head. Keep a copy of both where who can write the ledger cannot.

            EXAMPLES
              tonewall ledger list day.ledger
              tonewall ledger verify day.ledger
              tonewall ledger reconcile day.ledger --csv day.csv --gateway https://pay.example
              tonewall ledger settle day.ledger CALL-1 --as not-taken --reason 'not in the bank statement of the 24th'
              tonewall ledger refund day.ledger pi_123 --amount 4.00 --gateway https://pay.example

            Exit status: 0 done; 1 a finding: verify found a change, reconcile left something open, a refund or settlement was refused; \
            69 gateway out of reach.
            """,
        subcommands: [
            LedgerList.self, LedgerShow.self, LedgerReceipt.self, LedgerVerify.self, LedgerReconcile.self,
            LedgerSettle.self, LedgerRefund.self, LedgerVoid.self,
        ])
}

/// Which ledger.
struct LedgerFile: ParsableArguments {
    @Argument(help: "The ledger.", completion: .file()) var ledger: String
    @Option(
        help: ArgumentHelp("The audit log's key (default: the ledger's name and .key).", valueName: "file"),
        completion: .file())
    var ledgerKey: String?

    func open() throws -> Ledger {
        try Ledger.open(ledger, keyPath: ledgerKey, mustExist: true) { Report.note($0) }
    }

    /// The ledger, to be read alone.
    func openToRead(withKey: Bool = false) throws -> Ledger {
        try Ledger.openToRead(ledger, keyPath: ledgerKey, needsKey: withKey)
    }

    /// Refuses an output that is one of the ledger's own files, whatever it is called.
    func refuse(asOutput path: String?) throws {
        guard let path, path != "-" else { return }
        try OutputPlaces.refuse([path], over: Ledger.files(ledger, keyPath: ledgerKey), "a file of the ledger itself")
    }
}
