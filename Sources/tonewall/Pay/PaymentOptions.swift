import ArgumentParser
import CallControl
import DTMF
import KeypadProfiles
import PaymentSession
import PaymentSetup

/// The payment, its keypad profile and its ledger: the same options for `pay` and `live`.
struct PaymentOptions: ParsableArguments {
    @Option(
        name: [.customLong("amount"), .customLong("pay")],
        help: ArgumentHelp(
            "Amount, such as 42.00. Required if money moves (default for tests: 42.00). With it, 'live' takes a payment.",
            valueName: "amount"))
    var amount: String?
    @Option(help: "Currency, an ISO 4217 code.") var currency = "GBP"
    @Option(help: "Account or invoice number of the payment.") var reference: String?
    @Option(
        name: [.customLong("keypad"), .customLong("profile")],
        help: ArgumentHelp(
            "Keys and times: \(KeypadProfile.help); or a YAML file, where 'auto-end: true' ends a full field automatically.",
            valueName: "profile"))
    var keypad = KeypadProfile.keyivr.name
    @Option(
        name: .customLong("detector-profile"),
        help: ArgumentHelp(
            "Thresholds of the caller's keys: \(DetectorProfile.streamNames.joined(separator: ", ")). (default: q24)",
            valueName: "profile"), transform: DetectorProfileOption.ofCall)
    var detectorChoice: DetectorProfile?
    @Option(
        help: ArgumentHelp(
            "Also ask the caller for account-number, house-number or postcode. May be repeated.",
            valueName: "field"))
    var ask: [String] = []
    @Option(
        help: ArgumentHelp(
            "Name of the session, new in the ledger (default: a generated one).", valueName: "id"))
    var session: String?
    @Option(help: .init("Name of the call in events (default: the session's).", valueName: "id")) var callID: String?
    @Option(
        help: ArgumentHelp(
            "Day of the call, for the check of expiry dates (default: today).", valueName: "YYYY-MM-DD"))
    var date: String?
    @Option(help: "Show the prompts for the caller: 'agent' gives the words to read, 'ivr' the prompt's name.")
    var prompts: PromptStyle?
    @Option(
        help: ArgumentHelp(
            """
            Ledger file for the payment, created if it is missing (default: payments.db, for tests test-payments.db, \
            in $XDG_STATE_HOME/tonewall or ~/.local/state/tonewall).
            """, valueName: "file"), completion: .file())
    var ledger: String?
    @Flag(help: "Write no ledger.") var noLedger = false
    @OptionGroup var merchant: MerchantOption
    @Option(
        help: ArgumentHelp("Write the customer's receipt to this file after approval.", valueName: "file"),
        completion: .file())
    var receipt: String?

    mutating func validate() throws {
        guard ledger == nil || !noLedger else { throw ValidationError("--ledger and --no-ledger exclude each other") }
    }

    var detectorProfile: DetectorProfile { detectorChoice ?? .q24 }

    var request: PaymentRequest {
        var request = PaymentRequest(amount: amount, currency: currency, keypad: keypad)
        (request.reference, request.ask, request.date) = (reference, ask, date)
        (request.session, request.call) = (session, callID)
        return request
    }

    /// The setup of a payment at `gateway`.
    func setup(_ gateway: GatewayOptions) -> PaymentSetup {
        PaymentSetup(
            request, gateway: gateway.choice,
            ledger: noLedger ? .none : ledger.map(LedgerChoice.file) ?? .ofAccount, merchant: merchant.merchant,
            receipt: receipt)
    }
}

extension PromptStyle: ExpressibleByArgument {}

/// The payee on receipts.
struct MerchantOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Payee on receipts (default: TONEWALL_MERCHANT, else the keypad profile's).",
            valueName: "name"))
    var merchant: String?
}
