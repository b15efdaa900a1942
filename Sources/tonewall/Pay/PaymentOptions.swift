import ArgumentParser
import CallControl
import KeypadProfiles
import PaymentSession
import PaymentSetup

/// What is to be paid, which keys and times hold, and where it is written: the same for `pay` and `live`.
struct PaymentOptions: ParsableArguments {
    @Option(
        name: [.customLong("amount"), .customLong("pay")],
        help: ArgumentHelp(
            "The amount, as 42.00; needed where money moves (a test without one is of 42.00). With it, 'live' takes a payment.",
            valueName: "amount"))
    var amount: String?
    @Option(help: "ISO 4217 code.") var currency = "GBP"
    @Option(help: "Account or invoice number that the payment is filed under.") var reference: String?
    @Option(
        name: [.customLong("keypad"), .customLong("profile")],
        help: ArgumentHelp(
            "Keys and times: \(KeypadProfile.help); or a YAML file, in which 'auto-end: true' ends a full field by itself.",
            valueName: "profile"))
    var keypad = KeypadProfile.keyivr.name
    @Option(
        help: ArgumentHelp(
            "Ask the caller for this, too: account-number, house-number or postcode; may be given again.",
            valueName: "field"))
    var ask: [String] = []
    @Option(
        help: ArgumentHelp(
            "The session's name, one that the ledger does not have yet (default: a new one).", valueName: "id"))
    var session: String?
    @Option(help: .init("The call's name in events (default: the session's).", valueName: "id")) var callID: String?
    @Option(
        help: ArgumentHelp(
            "The day of the call, against which expiries are held (default: today).", valueName: "YYYY-MM-DD"))
    var date: String?
    @Option(help: "Show what the caller is told: agent gives the words to read, ivr the prompt's name.")
    var prompts: PromptStyle?
    @Option(
        help: ArgumentHelp(
            """
            Ledger that the payment is written to; made where there is none (default: payments.db, for tests test-payments.db, in \
            $XDG_STATE_HOME/tonewall or ~/.local/state/tonewall).
            """, valueName: "file"), completion: .file())
    var ledger: String?
    @Flag(help: "Write the payment nowhere.") var noLedger = false
    @OptionGroup var merchant: MerchantOption
    @Option(
        help: ArgumentHelp("Write the customer's receipt here once the payment is approved.", valueName: "file"),
        completion: .file())
    var receipt: String?

    mutating func validate() throws {
        guard ledger == nil || !noLedger else { throw ValidationError("--ledger and --no-ledger exclude each other") }
    }

    var request: PaymentRequest {
        var request = PaymentRequest(amount: amount, currency: currency, keypad: keypad)
        (request.reference, request.ask, request.date) = (reference, ask, date)
        (request.session, request.call) = (session, callID)
        return request
    }

    /// What a payment at `gateway` needs of the outside.
    func setup(_ gateway: GatewayOptions) -> PaymentSetup {
        PaymentSetup(
            request, gateway: gateway.choice,
            ledger: noLedger ? .none : ledger.map(LedgerChoice.file) ?? .ofAccount, merchant: merchant.merchant,
            receipt: receipt)
    }
}

extension PromptStyle: ExpressibleByArgument {}

/// Who is paid, for receipts.
struct MerchantOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who is paid, as receipts have it (default: TONEWALL_MERCHANT, else the keypad profile's).",
            valueName: "name"))
    var merchant: String?
}
