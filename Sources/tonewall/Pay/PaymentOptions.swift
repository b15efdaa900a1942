import ArgumentParser
import CallControl
import Currencies
import Failures
import Foundation
import Glibc
import Ledger
import PaymentSession
import KeypadProfiles

/// What is to be paid, which keys and times hold, and where it is written: the same for `pay` and `live`.
struct PaymentOptions: ParsableArguments {
    @Option(
        name: [.customLong("amount"), .customLong("pay")],
        help: ArgumentHelp(
            "The amount, as 42.00; needed where money moves (a test without one is of 42.00). With it, 'live' takes a payment.",
            valueName: "amount"))
    var amount: String?

    @Option(help: "ISO 4217 code.")
    var currency = "GBP"

    @Option(help: "Account or invoice number that the payment is filed under.")
    var reference: String?

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

    @Option(help: ArgumentHelp("The call's name in events (default: the session's).", valueName: "id"))
    var callID: String?

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

    @Flag(help: "Write the payment nowhere.")
    var noLedger = false

    @OptionGroup var merchant: MerchantOption

    @Option(
        help: ArgumentHelp("Write the customer's receipt here once the payment is approved.", valueName: "file"),
        completion: .file())
    var receipt: String?

    mutating func validate() throws {
        guard ledger == nil || !noLedger else { throw ValidationError("--ledger and --no-ledger exclude each other") }
    }

    /// The session's settings, as far as the command line has them.
    func settings(_ submission: SessionSettings.Submission) throws -> SessionSettings {
        let charge = try ChargeArgument(amount: amount ?? Self.testAmount(currency), currency: currency)
        try checkNames()
        return SessionSettings(
            sessionID: session ?? Self.newSession(), amount: charge.minorUnits, currency: charge.currency.code,
            reference: reference, fields: try fields(), profile: try KeypadProfile(argument: keypad),
            submission: submission, month: try month(), callID: callID)
    }

    /// What a test without `--amount` is of: 42 of the currency's units.
    private static func testAmount(_ currency: String) -> String { Currency(currency)?.decimals == 0 ? "42" : "42.00" }

    private func fields() throws -> [CaptureField] {
        let extra = try ask.map { name in
            guard let field = CaptureField(rawValue: name) else {
                throw Failure(.usage, "no caller can be asked for that", advice: "see --help")
            }
            return field
        }
        return CaptureField.card + extra
    }

    private func checkNames() throws {
        for (what, name) in [("session's name", session), ("call's name", callID)] {
            let isName = name.map {
                (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            }
            // A name that begins as an option does could not be given to another command.
            guard isName ?? true, name?.hasPrefix("-") != true else {
                throw Failure(
                    .usage, "a \(what) is 1 to 64 printing ASCII characters, the first no '-'", advice: "leave it out")
            }
        }
        for (what, text) in [("reference", reference), ("session's name", session), ("call's name", callID)] {
            guard text?.mayHoldCardNumber != true else {
                throw Failure(
                    .usage, "the \(what) may hold a card number, which is kept nowhere", advice: "leave it out")
            }
        }
    }

    /// A name that no other session has: 120 random bits, in letters, so that it holds no digit.
    static func newSession() -> String {
        "call_" + String((0..<26).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }

    private func month() throws -> CardExpiry {
        guard let date else { return Self.thisMonth() }
        guard BusinessDay(date, in: .gmt) != nil else {
            throw Failure(.usage, "there is no such day", advice: "a day is written YYYY-MM-DD, as --date 2026-11-21")
        }
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard let month = CardExpiry(month: parts[1], year: parts[0]) else {
            throw Failure(.usage, "cards have no such year", advice: "as --date 2026-11-21")
        }
        return month
    }

    private static func thisMonth() -> CardExpiry {
        var now = time(nil)
        var parts = unsafe tm()
        unsafe localtime_r(&now, &parts)
        guard let month = unsafe CardExpiry(month: Int(parts.tm_mon) + 1, year: Int(parts.tm_year) + 1900) else {
            preconditionFailure("this century has cards")
        }
        return month
    }
}

extension PromptStyle: ExpressibleByArgument {}
