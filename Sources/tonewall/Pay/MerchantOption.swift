import ArgumentParser
import Failures
import Foundation
import PaymentSession

/// Who is paid, for receipts.
struct MerchantOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who is paid, as receipts have it (default: TONEWALL_MERCHANT, else the keypad profile's).",
            valueName: "name"))
    var merchant: String?

    /// Who is named by the option, or else by the environment; `nil` where nobody is.
    func named() throws -> Merchant? {
        let environment = ProcessInfo.processInfo.environment["TONEWALL_MERCHANT"] ?? ""
        guard let text = merchant ?? (environment.isEmpty ? nil : environment) else { return nil }
        guard let merchant = Merchant(text) else {
            throw Failure(
                .usage, "a merchant's name has 1 to 64 printing characters and no card number",
                advice: merchant == nil ? "look at TONEWALL_MERCHANT" : "as --merchant 'Example Ltd'")
        }
        return merchant
    }
}
