import ProcessIO
import ArgumentParser
import Ledger
import LedgerHost
import PaymentSession

struct LedgerSettle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Enter the outcome of an attempt or a refund that the gateway does not know.",
        discussion: """
            For an attempt, a refund or a void whose outcome is still unknown. The person and the reason are recorded \
            in the audit log. The gateway is not asked, and no money moves. An item with a known outcome is refused \
            with exit status 1.

              tonewall ledger settle day.ledger CALL-1 --as not-taken --reason 'not in the statement of the 24th'
              tonewall ledger settle day.ledger pi_123-refund-1 --as refunded --reason 'seen on the dashboard'
            """)

    @OptionGroup var file: LedgerFile
    @Argument(
        help:
            "The attempt: its session's name, '-' and its number, such as CALL-1; or the refund's key, as listed by reconcile."
    )
    var item: String
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            """
            paid: the money was taken; not-taken: certainly no money was taken; refunded: the money was returned; \
            not-refunded: certainly no money was returned.
            """, valueName: "finding"))
    var finding: ManualSettlement.Finding
    @Option(help: .init("How the outcome was found.", valueName: "text")) var reason: String
    @Option(help: .init("Who found it (default: the account that runs this).", valueName: "name")) var by: String?
    @Option(
        help: ArgumentHelp(
            "The gateway's ID of the payment or the refund, if the ledger has none.", valueName: "name"))
    var payment: String?

    func validate() throws {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw ValidationError("a reason is wanted") }
        // The gateway's ID goes into the ledger unchanged. In text from people, numbers are masked.
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
