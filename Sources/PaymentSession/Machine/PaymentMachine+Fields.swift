extension PaymentMachine {
    /// Takes the entry over as `field`; the error, with nothing taken over, where it is not valid.
    mutating func accept(_ field: CaptureField) -> FieldError? {
        switch field {
        case .cardNumber: acceptCardNumber()
        case .expiry: acceptExpiry()
        case .securityCode: acceptSecurityCode()
        case .accountNumber: acceptAccountNumber()
        case .houseNumber: acceptHouseNumber()
        case .postcode: acceptPostcode()
        }
    }

    private mutating func acceptCardNumber() -> FieldError? {
        let verdict = entry.withASCII { CardNumberVerdict($0, taken: settings.brands) }
        switch verdict {
        case .wrong(let error): return error
        case .valid(let card):
            forget(.securityCode)
            shown.card = card
            number = entry.take()
            return nil
        }
    }

    private mutating func acceptExpiry() -> FieldError? {
        guard entry.count == 4 else { return .wrongLength }
        let (month, year) = entry.withASCII { digits in
            (Int(digits[0] - 0x30) * 10 + Int(digits[1] - 0x30), Int(digits[2] - 0x30) * 10 + Int(digits[3] - 0x30))
        }
        guard let expiry = CardExpiry(month: month, year: 2000 + year) else { return .notADate }
        guard expiry.isValid(in: settings.month) else { return .expired }
        shown.expiry = expiry
        return nil
    }

    /// Before the card number is in, any brand's length will do; the number's own arrival asks for the code again.
    private mutating func acceptSecurityCode() -> FieldError? {
        let lengths = shown.card.map { [$0.brand.securityCodeLength] } ?? [3, 4]
        guard lengths.contains(entry.count) else { return .wrongLength }
        securityCode = entry.take()
        return nil
    }

    /// An account number is shown and sent as it is, so none is taken that is as long as the shortest card number, were
    /// it only by a caller's mistake.
    private mutating func acceptAccountNumber() -> FieldError? {
        guard entry.count < 12 else { return .looksLikeCardNumber }
        shown.accountNumber = entry.withASCII { String(ascii: $0) }
        return nil
    }

    private mutating func acceptHouseNumber() -> FieldError? {
        guard (1...6).contains(entry.count) else { return .wrongLength }
        houseNumber = entry.take()
        return nil
    }

    private mutating func acceptPostcode() -> FieldError? {
        guard (1...9).contains(entry.count) else { return .wrongLength }
        postcode = entry.take()
        return nil
    }

    /// Empties a field that is in, and whatever hangs on it: a new card number makes brand and security code void.
    mutating func forget(_ field: CaptureField) {
        given.remove(field)
        switch field {
        case .cardNumber:
            number.erase()
            shown.card = nil
            forget(.securityCode)
        case .expiry: shown.expiry = nil
        case .securityCode: securityCode.erase()
        case .accountNumber: shown.accountNumber = nil
        case .houseNumber: houseNumber.erase()
        case .postcode: postcode.erase()
        }
    }
}

extension String {
    /// The text of ASCII bytes.
    init(ascii bytes: Span<UInt8>) {
        self = ""
        for index in bytes.indices { unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    }
}
