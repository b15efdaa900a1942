import ProcessIO
import ArgumentParser
import Ledger
import PaymentSession
import PaymentSetup

struct LedgerReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Print a customer's receipt.",
        discussion: """
            Prints the receipt in its present state, with later refunds and their dates. The merchant is the one \
            recorded with the payment, unless --merchant names another. Without --sent-to the ledger is opened for \
            reading only. With it, the ledger records the receipt's recipient. A mailer must send the receipt.

            EXAMPLES
              tonewall ledger receipt day.ledger pi_123
              tonewall ledger receipt day.ledger CALL-7 --merchant 'Example Ltd' --time-zone Europe/London
              tonewall ledger receipt day.ledger pi_123 --sent-to payer@example.com | mail -s Receipt payer@example.com
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var payment: PaymentArgument
    @OptionGroup var merchant: MerchantOption
    @OptionGroup var zone: TimeZoneOption
    @Option(help: .init("Record that the receipt goes to this e-mail address.", valueName: "address")) var sentTo:
        String?

    func validate() throws {
        guard let sentTo else { return }
        // Text from people may hold a card number, which must not reach the ledger.
        guard sentTo.contains("@"), !sentTo.contains(where: \.isWhitespace), !sentTo.mayHoldCardNumber else {
            throw ValidationError("that is no e-mail address")
        }
    }

    func run() async throws {
        let ledger = sentTo == nil ? try file.openToRead() : try file.open()
        let payment = try ledger.payment(named: payment.name).payment
        let clock = try zone.clock()
        var receipt = try ledger.receipt(for: payment, at: clock)
        // The merchant of the environment may be a later one, so the recorded merchant comes first.
        if merchant.merchant != nil || !receipt.namesMerchant, let named = try Merchant.named(merchant.merchant) {
            receipt = try ledger.receipt(for: payment, merchant: named, at: clock)
        }
        if let sentTo { try await ledger.recordReceipt(for: payment, to: sentTo) }
        StandardOutput.write(receipt.text)
    }
}
