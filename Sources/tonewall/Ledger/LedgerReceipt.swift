import ArgumentParser
import Ledger
import PaymentSession

struct LedgerReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "What the customer keeps of a payment.",
        discussion: """
            Prints the receipt as it stands now: a payment that was given back says so. With --sent-to, the ledger keeps to whom it \
            went; sending it is a mailer's work:

              tonewall ledger receipt day.ledger pi_123 --sent-to payer@example.com | mail -s Receipt payer@example.com
            """)

    @OptionGroup var file: LedgerFile

    @Argument(help: "The gateway's name for the payment.")
    var payment: String

    @Option(help: ArgumentHelp("Write down that it goes to this e-mail address.", valueName: "address"))
    var sentTo: String?

    func validate() throws {
        guard let sentTo else { return }
        // What people write may hold a card number, and the ledger must not.
        guard sentTo.contains("@"), !sentTo.contains(where: \.isWhitespace), !sentTo.mayHoldCardNumber else {
            throw ValidationError("that is no e-mail address")
        }
    }

    func run() async throws {
        let ledger = try file.open()
        let receipt = try ledger.receipt(for: payment)
        if let sentTo { try await ledger.recordReceipt(for: payment, to: sentTo) }
        StandardOutput.write(receipt.text)
    }
}
