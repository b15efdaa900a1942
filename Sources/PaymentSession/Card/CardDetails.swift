/// A complete, valid card for the gateway. The session makes it, and one request consumes it.
public struct CardDetails: ~Copyable, Sendable {
    /// The primary account number.
    public let number: SensitiveDigits
    /// The security code (CVC, CVV, CID).
    public let securityCode: SensitiveDigits
    /// The last month in which the card is valid.
    public let expiry: CardExpiry
    /// The digits of the cardholder's house number; empty if it is not part of the payment.
    public let houseNumber: SensitiveDigits
    /// The digits of the cardholder's postcode; empty if it is not part of the payment.
    public let postcode: SensitiveDigits
    /// The scheme, by the number's IIN.
    public let brand: CardBrand
    /// The last four digits of the number.
    public let lastFour: String

    public init(
        number: consuming SensitiveDigits, securityCode: consuming SensitiveDigits, expiry: CardExpiry,
        houseNumber: consuming SensitiveDigits = SensitiveDigits(),
        postcode: consuming SensitiveDigits = SensitiveDigits(),
        brand: CardBrand, lastFour: String
    ) {
        self.number = number
        self.securityCode = securityCode
        self.expiry = expiry
        self.houseNumber = houseNumber
        self.postcode = postcode
        self.brand = brand
        self.lastFour = lastFour
    }
}
