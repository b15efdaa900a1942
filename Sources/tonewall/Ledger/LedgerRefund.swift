import ArgumentParser
import Currencies
import Failures
import Glibc
import Ledger
import ProcessIO

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

    @Option(help: "The amount, as 4.00 (default: all that is left).")
    var amount: String?

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    func run() async throws {
        let ledger = try file.open()
        let charge = try ledger.payment(named: payment.name)
        let amount = try amount.map { try Self.minorUnits($0, of: charge) }
        let gateway = try await place.openExisting()
        try ledger.require(gateway.kind)
        do throws(ReversalError) {
            let refund = try await ledger.refund(
                charge.payment, amount: amount, through: gateway.client, at: gateway.url)
            let name = refund.refund ?? refund.key
            GivenBackLine(
                "\(name)  \(sum(refund.amount, charge.currency)) of \(charge.payment) given back\(gateway.kind.mark)"
            ).tell()
        } catch {
            throw ReversalFailed(url: gateway.url, error: error)
        }
    }

    private static func minorUnits(_ text: String, of charge: ChargeRecord) throws -> Int {
        guard let currency = Currency(charge.currency) else {
            throw Failure(
                .dataError, "the payment's currency is none of ISO 4217", advice: "give it back at the gateway by hand")
        }
        guard let amount = currency.minorUnits(of: text) else {
            throw Failure(
                .usage, "an amount of \(currency.code) is above zero and has \(currency.decimals) decimals at most",
                advice: "as --amount \(currency.decimal(of: 400))")
        }
        do throws(AmountRefusal) {
            _ = try ProtocolAmount(refund: amount, of: currency)
        } catch {
            let (what, advice) = error.words(for: currency)
            throw Failure(.usage, what, advice: advice)
        }
        return amount
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

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    func run() async throws {
        let ledger = try file.open()
        let charge = try ledger.payment(named: payment.name)
        let gateway = try await place.openExisting()
        try ledger.require(gateway.kind)
        do throws(ReversalError) {
            let refund = try await ledger.void(charge.payment, through: gateway.client, at: gateway.url)
            let words =
                refund.isVoid
                ? "\(charge.payment) called off"
                : "\(refund.refund ?? refund.key)  \(charge.payment) given back in whole"
            GivenBackLine(words + gateway.kind.mark).tell()
        } catch {
            throw ReversalFailed(url: gateway.url, error: error)
        }
    }
}

/// What is told of money that went back. It stays so where nobody can be told: a second try would give more back.
private struct GivenBackLine {
    let words: String

    init(_ words: String) { self.words = words }

    func tell() {
        // A reader that has gone must not end the command before that is said.
        _ = signal(SIGPIPE, SIG_IGN)
        StandardOutput.write(words + "\n", stands: "it is done, do not repeat it: \(words)")
    }
}

extension PaymentKind {
    /// What a line about money ends with where none moved.
    var mark: String { self == .test ? "  TEST" : "" }
}
