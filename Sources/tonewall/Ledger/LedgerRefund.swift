import ProcessIO
import ArgumentParser
import BackOffice
import Glibc
import PaymentSetup

/// The payment of a command.
struct PaymentArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            The payment: the gateway's payment ID (pi_123), its session's name, or an idempotency key. If several \
            payments match, none is taken and all are listed.
            """, valueName: "payment"))
    var name: String
}

struct LedgerRefund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Refund a payment in full or in part.",
        discussion: """
            The amount is in major units of the payment's currency, such as 4.00 for pounds or 400 for yen. The \
            refunds of a payment never exceed the amount taken. While the outcome of a refund is unknown, a further \
            refund of the payment is refused with exit status 1. Find the outcome with 'tonewall ledger reconcile \
            --gateway URL', or enter it with 'tonewall ledger settle'.

            EXAMPLES
              tonewall ledger refund day.ledger pi_123 --amount 4.00 --gateway https://pay.example
              tonewall ledger refund day.ledger CALL-7 --gateway https://pay.example       the whole rest, by its session
              tonewall ledger receipt day.ledger CALL-7                                    the receipt with the refund
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var payment: PaymentArgument
    @Option(help: "Amount, such as 4.00 (default: the whole rest).") var amount: String?
    @OptionGroup(title: "Gateway") var place: GatewayOptions

    func run() async throws {
        let order = try ReversalOrder.refund(amount, of: payment.name, in: try file.open())
        try await place.carryOut(order)
    }
}

struct LedgerVoid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Void a payment: cancelled before settlement, refunded in full after it.",
        discussion: """
            EXAMPLES
              tonewall ledger void day.ledger pi_123 --gateway https://pay.example
              tonewall ledger void day.ledger CALL-7 --gateway https://pay.example         by its session
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var payment: PaymentArgument
    @OptionGroup(title: "Gateway") var place: GatewayOptions

    func run() async throws {
        try await place.carryOut(try ReversalOrder.void(payment.name, in: try file.open()))
    }
}

extension GatewayOptions {
    /// Has the gateway return money, and prints what was done.
    fileprivate func carryOut(_ order: ReversalOrder) async throws {
        let words = try await order.carryOut(at: try await choice.openExisting())
        // A reader that is gone must not end the command before the warning that a repetition would return more money.
        _ = signal(SIGPIPE, SIG_IGN)
        StandardOutput.write(words + "\n", stands: "it is done, do not repeat it: \(words)")
    }
}
