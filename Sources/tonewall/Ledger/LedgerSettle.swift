import ProcessIO
import ArgumentParser
import Ledger
import LedgerHost
import PaymentSession

struct LedgerSettle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Say what became of an attempt or a refund that the gateway cannot tell of.",
        discussion: """
            For an attempt, a refund or a void whose outcome stayed unknown. Who says so and why go into the audit log; nothing is \
            asked of the gateway, and no money moves. What has its outcome is refused, exit status 1.

              tonewall ledger settle day.ledger CALL-1 --as not-taken --reason 'not in the statement of the 24th'
              tonewall ledger settle day.ledger pi_123-refund-1 --as refunded --reason 'seen on the dashboard'
            """)

    @OptionGroup var file: LedgerFile
    @Argument(
        help:
            "The attempt, its session's name, '-' and its number, as CALL-1; or the refund's key, as reconcile has it."
    )
    var item: String
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            """
            paid: the money was taken; not-taken: it is certain that none was; refunded: the money went back; not-refunded: it is \
            certain that none did.
            """, valueName: "finding"))
    var finding: ManualSettlement.Finding
    @Option(help: .init("How it was found out.", valueName: "text")) var reason: String
    @Option(help: .init("Who found out (default: the account that runs this).", valueName: "name")) var by: String?
    @Option(
        help: ArgumentHelp(
            "The gateway's name for the payment or the refund, where the ledger has none.", valueName: "name"))
    var payment: String?

    func validate() throws {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("a reason is wanted") }
        // The name goes into the ledger as it is; in what people write, numbers are made unreadable.
        if let payment, payment.isEmpty || payment.mayHoldCardNumber {
            throw ValidationError("that is no gateway's name for a payment")
        }
    }

    func run() async throws {
        let settlement = ManualSettlement(
            finding, payment: payment, reason: reason.withoutNumbers,
            by: by?.withoutNumbers ?? Origin.thisProcess.who)
        try await file.open().settleManually(item, as: settlement)
        StandardOutput.write("\(item) settled as \(finding.rawValue)\n")
    }
}

extension ManualSettlement.Finding: ExpressibleByArgument {}
