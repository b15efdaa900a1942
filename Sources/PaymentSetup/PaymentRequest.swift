internal import Currencies
internal import Failures
internal import Foundation
internal import KeypadProfiles
internal import Ledger
package import PaymentSession

/// The user's request for a payment, from a command line, a file or a request to a server. It has not been checked.
package struct PaymentRequest: Sendable, Hashable {
    /// In major units, such as `42.00`; `nil` for a test of 42.00, or of 4200 in a currency without decimals.
    package var amount: String?
    /// ISO 4217 code.
    package var currency: String
    /// Account or invoice number.
    package var reference: String?
    /// The fields to ask for besides the card, in the spelling of `CaptureField`.
    package var ask: [String] = []
    /// A built-in profile's name, or a YAML file.
    package var keypad: String
    /// The session's name; `nil` for a new one.
    package var session: String?
    /// The call's name; `nil` for the session's.
    package var call: String?
    /// The day of the call, `YYYY-MM-DD`, for the check of expiry dates; `nil` for today.
    package var date: String?

    package init(amount: String?, currency: String = "GBP", keypad: String = KeypadProfile.keyivr.name) {
        self.amount = amount
        self.currency = currency
        self.keypad = keypad
    }

    /// The settings of the session.
    ///
    /// - Throws: `Failure` with status 64 for an error in the request, or the error of the keypad file.
    package func settings(_ submission: SessionSettings.Submission) throws -> SessionSettings {
        let currency = try Currency.named(currency)
        let units = try currency.charge(amount ?? (currency.decimals == 0 ? "4200" : "42.00"))
        try checkNames()
        let extra = try ask.map { name in
            guard let field = CaptureField(rawValue: name) else {
                throw Failure.usage("no caller can be asked for that", advice: "see --help")
            }
            return field
        }
        return SessionSettings(
            sessionID: session ?? Self.newName(), amount: units, currency: currency.code, reference: reference,
            fields: CaptureField.card + extra, profile: try KeypadProfile(argument: keypad), submission: submission,
            month: try month(), callID: call)
    }

    /// A unique name of a session or call: 120 random bits as letters, so that it has no digits.
    package static func newName() -> String {
        "call_" + String((0..<26).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }

    private func checkNames() throws(Failure) {
        for (what, name) in [("session's name", session), ("call's name", call)] {
            let isName = name.map {
                (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            }
            // A name that begins like an option could not be passed to another command.
            guard isName ?? true, name?.hasPrefix("-") != true else {
                throw Failure.usage(
                    "a \(what) is 1 to 64 printing ASCII characters, the first no '-'", advice: "leave it out")
            }
        }
        for (what, text) in [("reference", reference), ("session's name", session), ("call's name", call)] {
            guard text?.mayHoldCardNumber != true else {
                throw Failure.usage(
                    "the \(what) may hold a card number, which is kept nowhere", advice: "leave it out")
            }
        }
    }

    private func month() throws(Failure) -> CardExpiry {
        let day = Calendar.current.dateComponents([.year, .month], from: Date())
        guard let date else { return try Self.month(day.month, day.year) }
        guard BusinessDay(date, in: .gmt) != nil else {
            throw Failure.usage("there is no such day", advice: "a day is written YYYY-MM-DD, as --date 2026-11-21")
        }
        let parts = date.split(separator: "-").map { Int($0) }
        return try Self.month(parts[1], parts[0])
    }

    private static func month(_ month: Int?, _ year: Int?) throws(Failure) -> CardExpiry {
        guard let month, let year, let found = CardExpiry(month: month, year: year) else {
            throw Failure.usage("cards have no such year", advice: "as --date 2026-11-21")
        }
        return found
    }
}

extension KeypadProfile {
    /// The profile for `argument`: a built-in one, or a YAML file.
    package init(argument: String) throws {
        if let builtIn = KeypadProfile(named: argument) {
            self = builtIn
            return
        }
        guard argument.contains("/") || argument.contains(".") else {
            let names = KeypadProfile.builtIn.map(\.name).joined(separator: ", ")
            throw Failure.usage(
                "there is no profile of that name", advice: "choose one of \(names), or a YAML file")
        }
        if argument.lowercased().hasSuffix(".toml") {
            throw Failure(
                .dataError, code: "keypad.unreadable", file: argument, "TOML is not read",
                advice: "write it in YAML, as submit: \"#\"")
        }
        let text = try SmallFile.text(of: argument)
        do throws(ProfileFileError) {
            self = try ProfileFile.profile(from: text)
        } catch {
            throw error.failure(in: argument)
        }
    }
}
