import ProcessIO
import ArgumentParser
import BackOffice
import Glibc
import PaymentSetup

/// Which payment is meant.
struct PaymentArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            The payment: the gateway's name for it (pi_123), its session's name, or an idempotency key. Where several are meant, \
            none is taken and all are named.
            """, valueName: "payment"))
    var name: String
}

struct LedgerRefund: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund",
        abstract: "Give money back, in whole or in part.",
        discussion: """
            The amount is in major units of the payment's currency, as 4.00 of pounds and 400 of yen. The sum of a payment's refunds \
            never exceeds what was taken. While nobody knows what became of a payment's refund, its next one is refused, exit status 1: \
            'tonewall ledger reconcile --gateway URL' finds out, or 'tonewall ledger settle'.

            EXAMPLES
              tonewall ledger refund day.ledger pi_123 --amount 4.00 --gateway https://pay.example
              tonewall ledger refund day.ledger CALL-7 --gateway https://pay.example       all that is left, by its session
              tonewall ledger receipt day.ledger CALL-7                                    the receipt with the refund
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var payment: PaymentArgument
    @Option(help: "The amount, as 4.00 (default: all that is left).") var amount: String?
    @OptionGroup(title: "Gateway") var place: GatewayOptions

    func run() async throws {
        let order = try ReversalOrder.refund(amount, of: payment.name, in: try file.open())
        try await place.carryOut(order)
    }
}

struct LedgerVoid: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void",
        abstract: "Take a payment back in whole: called off before settlement, refunded after.",
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
    /// Has the gateway give money back, and tells what was done.
    fileprivate func carryOut(_ order: ReversalOrder) async throws {
        let words = try await order.carryOut(at: try await choice.openExisting())
        // A reader that has gone must not end the command before it is said that a second try would give more back.
        _ = signal(SIGPIPE, SIG_IGN)
        StandardOutput.write(words + "\n", stands: "it is done, do not repeat it: \(words)")
    }
}
