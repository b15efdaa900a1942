import DTMF

/// The field that the caller is keying, and the fields captured so far.
struct Capture: ~Copyable, Sendable {
    var entry: FieldEntry
    var fields: CapturedFields

    /// Moves a valid entry to its field. Returns the error and moves nothing if the entry is not valid.
    mutating func accept(_ settings: SessionSettings) -> FieldError? {
        switch entry.field {
        case .cardNumber: acceptCardNumber(settings)
        case .expiry: acceptExpiry(settings)
        case .securityCode: acceptSecurityCode()
        case .accountNumber: acceptAccountNumber()
        case .houseNumber: acceptHouseNumber()
        case .postcode: acceptPostcode()
        }
    }

    private mutating func acceptCardNumber(_ settings: SessionSettings) -> FieldError? {
        let verdict = entry.digits.withASCII { CardNumberVerdict($0, taken: settings.brands) }
        switch verdict {
        case .wrong(let error): return error
        case .valid(let card):
            fields.take(entry.digits.take(), of: card)
            return nil
        }
    }

    private mutating func acceptExpiry(_ settings: SessionSettings) -> FieldError? {
        guard entry.digits.count == 4 else { return .wrongLength }
        let (month, year) = entry.digits.withASCII { digits in
            (Int(digits[0] - 0x30) * 10 + Int(digits[1] - 0x30), Int(digits[2] - 0x30) * 10 + Int(digits[3] - 0x30))
        }
        guard let expiry = CardExpiry(month: month, year: 2000 + year) else { return .notADate }
        guard expiry.isValid(in: settings.month) else { return .expired }
        fields.expiry = expiry
        return nil
    }

    /// Until the card number is known, a security code of either length is accepted. When the number arrives, the code
    /// is asked for again.
    private mutating func acceptSecurityCode() -> FieldError? {
        let lengths = fields.card.map { [$0.brand.securityCodeLength] } ?? [3, 4]
        guard lengths.contains(entry.digits.count) else { return .wrongLength }
        fields.securityCode = entry.digits.take()
        return nil
    }

    /// An account number is shown and sent unmasked. So a number as long as the shortest card number is refused,
    /// because a caller may have keyed a card number by mistake.
    private mutating func acceptAccountNumber() -> FieldError? {
        guard entry.digits.count < 12 else { return .looksLikeCardNumber }
        fields.notes.accountNumber = entry.digits.withASCII { String(ascii: $0) }
        return nil
    }

    private mutating func acceptHouseNumber() -> FieldError? {
        guard (1...6).contains(entry.digits.count) else { return .wrongLength }
        fields.houseNumber = entry.digits.take()
        return nil
    }

    private mutating func acceptPostcode() -> FieldError? {
        guard (1...9).contains(entry.digits.count) else { return .wrongLength }
        fields.postcode = entry.digits.take()
        return nil
    }
}

extension String {
    /// The text of ASCII bytes.
    init(ascii bytes: Span<UInt8>) {
        self = ""
        for index in bytes.indices { unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    }
}

// MARK: - Lengths

extension Capture {
    /// Whether the field is complete, so that it may end by itself.
    ///
    /// A card number is complete at its brand's usual length if its check digit is right, and at its brand's longest
    /// length. A brand with several usual lengths has only the longest.
    var isFull: Bool {
        switch entry.field {
        case .cardNumber:
            entry.digits.withASCII { digits in
                guard let brand = CardBrand(firstDigits: digits) else {
                    return digits.count == CardBrand.allNumberLengths.upperBound
                }
                return digits.count == brand.numberLengths.last
                    || digits.count == brand.usualNumberLength && passesLuhn(digits)
            }
        case .expiry: entry.digits.count == 4
        case .securityCode: entry.digits.count == fields.card?.brand.securityCodeLength ?? 4
        case .accountNumber, .houseNumber, .postcode: false
        }
    }

    /// Number of digits that the caller may still have been about to key.
    private var digitsMissing: Int {
        let length =
            switch entry.field {
            case .cardNumber:
                entry.digits.withASCII { digits in
                    let brand = CardBrand(firstDigits: digits)
                    let usual = brand.map { $0.usualNumberLength ?? 16 } ?? 16
                    return digits.count < usual ? usual : digits.count
                }
            case .expiry: 4
            case .securityCode: fields.card?.brand.securityCodeLength ?? 4
            case .accountNumber: 11
            case .houseNumber: 6
            case .postcode: 9
            }
        return max(0, length - entry.digits.count)
    }

    /// The digits that the caller may still key of an entry that `error` ends now.
    func leftover(after error: FieldError, at time: Duration) -> CutOffEntry {
        guard case .timeout = error, !entry.digits.isEmpty else { return .none }
        return CutOffEntry(missing: digitsMissing, rhythm: entry.rhythm, at: time)
    }
}
