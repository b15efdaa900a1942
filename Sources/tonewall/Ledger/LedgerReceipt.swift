import ProcessIO
import ArgumentParser
import Ledger
import PaymentSession
import PaymentSetup

struct LedgerReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "What the customer keeps of a payment.",
        discussion: """
            Prints the receipt as it stands now: what was given back since is on it, with its date. The merchant is the one that was \
            named when the payment was taken, unless --merchant names another. Without --sent-to the ledger is only read. With it, the \
            ledger keeps to whom the receipt went; sending it is a mailer's work.

            EXAMPLES
              tonewall ledger receipt day.ledger pi_123
              tonewall ledger receipt day.ledger CALL-7 --merchant 'Example Ltd' --time-zone Europe/London
              tonewall ledger receipt day.ledger pi_123 --sent-to payer@example.com | mail -s Receipt payer@example.com
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var payment: PaymentArgument
    @OptionGroup var merchant: MerchantOption
    @OptionGroup var zone: TimeZoneOption
    @Option(help: .init("Write down that it goes to this e-mail address.", valueName: "address")) var sentTo: String?

    func validate() throws {
        guard let sentTo else { return }
        // What people write may hold a card number, and the ledger must not.
        guard sentTo.contains("@"), !sentTo.contains(where: \.isWhitespace), !sentTo.mayHoldCardNumber else {
            throw ValidationError("that is no e-mail address")
        }
    }

    func run() async throws {
        let ledger = sentTo == nil ? try file.openToRead() : try file.open()
        let payment = try ledger.payment(named: payment.name).payment
        let clock = try zone.clock()
        var receipt = try ledger.receipt(for: payment, at: clock)
        // The environment's merchant is today's: the one that was written down took the payment.
        if merchant.merchant != nil || !receipt.namesMerchant, let named = try Merchant.named(merchant.merchant) {
            receipt = try ledger.receipt(for: payment, merchant: named, at: clock)
        }
        if let sentTo { try await ledger.recordReceipt(for: payment, to: sentTo) }
        StandardOutput.write(receipt.text)
    }
}
