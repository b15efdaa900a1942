/// A field that a caller keys in and ends with the profile's submit key.
public enum CaptureField: String, Sendable, Hashable, CaseIterable {
    /// What the merchant files the payment under, where neither the agent nor another system gives it.
    case accountNumber = "account-number"
    /// The digits of the cardholder's house number; may be skipped.
    case houseNumber = "house-number"
    /// The digits of the cardholder's postcode; may be skipped.
    case postcode
    /// The primary account number.
    case cardNumber = "card-number"
    /// Two digits month, two digits year.
    case expiry
    /// The three or four digits that are never shown and never kept.
    case securityCode = "security-code"

    /// What every payment asks for, in the order in which it is asked.
    public static let card: [CaptureField] = [.cardNumber, .expiry, .securityCode]

    /// Whether the submit key skips the field while it is empty.
    public var isOptional: Bool { self == .houseNumber || self == .postcode }
}

/// Why a field was cleared and asked for again.
public enum FieldError: Sendable, Hashable {
    /// The caller took too long. An incomplete field is never used.
    case timeout(SessionTimer)
    /// Too few or too many digits for the field, or for the card's brand.
    case wrongLength
    /// The card number's last digit does not fit the others (Luhn, ISO/IEC 7812-1 annex B).
    case checkDigit
    /// A card of no known brand, or of one that is not taken.
    case brandNotTaken
    /// No month 1 to 12.
    case notADate
    /// A month that is over.
    case expired
    /// An account number of twelve digits or more: it could be a card number, and would be shown.
    case looksLikeCardNumber

    /// The error's name in the vocabulary that payment products share (SignalWire pay).
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
    /// From a field's prompt, or its last key, to its end.
    case field
    /// From securing the line to the submission.
    case session
}
