/// A field that a caller keys and ends with the profile's submit key.
public enum CaptureField: String, Sendable, Hashable, CaseIterable {
    /// The merchant's number for the payment, if neither the agent nor another system gives it.
    case accountNumber = "account-number"
    /// The digits of the cardholder's house number. The caller may skip them.
    case houseNumber = "house-number"
    /// The digits of the cardholder's postcode. The caller may skip them.
    case postcode
    /// The primary account number.
    case cardNumber = "card-number"
    /// Two digits for the month, two for the year.
    case expiry
    /// Three or four digits that are never shown and never kept.
    case securityCode = "security-code"

    /// The fields of every payment, in the order in which they are asked for.
    public static let card: [CaptureField] = [.cardNumber, .expiry, .securityCode]

    /// Whether the submit key skips the field if it is empty.
    public var isOptional: Bool { self == .houseNumber || self == .postcode }
}

/// Why a field was cleared and asked for again.
public enum FieldError: Sendable, Hashable {
    /// The caller took too long. An incomplete field is never used.
    case timeout(SessionTimer)
    /// Too few or too many digits for the field, or for the card's brand.
    case wrongLength
    /// The card number's check digit is wrong (Luhn, ISO/IEC 7812-1 annex B).
    case checkDigit
    /// The card's brand is unknown or not accepted.
    case brandNotTaken
    /// The month is not 1 to 12.
    case notADate
    /// The card has expired.
    case expired
    /// An account number of twelve digits or more. It could be a card number, and it would be shown.
    case looksLikeCardNumber

    /// The error's name in the vocabulary of payment products (SignalWire pay).
    public func code(for field: CaptureField) -> String {
        switch (self, field) {
        case (.timeout, _): "timeout"
        case (.brandNotTaken, _): "invalid-card-type"
        case (_, .cardNumber): "invalid-card-number"
        case (_, .expiry): "invalid-date"
        case (_, .securityCode): "invalid-security-code"
        case (_, .postcode): "invalid-postal-code"
        case (_, .houseNumber): "invalid-house-number"
        case (_, .accountNumber): "invalid-account-number"
        }
    }
}

/// The four timers of a session.
public enum SessionTimer: String, Sendable, Hashable, CaseIterable {
    /// From a field's prompt to its first digit.
    case firstDigit = "first-digit"
    /// From one digit to the next key.
    case interDigit = "inter-digit"
    /// From a field's prompt, or from its last key, to the end of the field.
    case field
    /// From securing the line to the submission.
    case session
}
