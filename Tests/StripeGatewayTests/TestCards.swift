import DTMF
import Foundation
import PaymentSession
import Secrets

/// Digits as a caller keys them.
func digits(_ text: String) -> SensitiveDigits {
    var digits = SensitiveDigits()
    for character in text {
        guard let key = Key(character), case .held = digits.append(key, in: LockedMemory()) else {
            preconditionFailure("digits that fit into locked memory")
        }
    }
    return digits
}

/// A card as a session hands it over.
func card(
    _ number: String = "4242424242424242", code: String = "123", houseNumber: String = "", postcode: String = ""
) -> CardDetails {
    CardDetails(
        number: digits(number), securityCode: digits(code), expiry: CardExpiry(month: 12, year: 2034)!,
        houseNumber: digits(houseNumber), postcode: digits(postcode), brand: .visa, lastFour: String(number.suffix(4)))
}

/// `pence` as money.
func pounds(pence: Int) -> Money { Money(pence, "GBP")! }

/// An order that no other test has.
func order(amount: Int = 4200, reference: String? = "INV 7/£") -> PaymentOrder {
    let name = String((0..<16).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    return PaymentOrder(sessionID: "test_" + name, attempt: 1, amount: amount, currency: "GBP", reference: reference)
}

/// Seconds since 1970.
func now() -> Int { Int(Date().timeIntervalSince1970) }
