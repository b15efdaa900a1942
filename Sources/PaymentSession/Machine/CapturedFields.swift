/// The captured fields of a payment.
struct CapturedFields: ~Copyable, Sendable {
    /// The card number, once it is valid.
    private(set) var number: CapturedNumber?
    /// The expiry, once it is valid.
    var expiry: CardExpiry?
    /// Empty until it is captured.
    var securityCode = SensitiveDigits()
    /// Empty until it is captured, or if it was skipped.
    var houseNumber = SensitiveDigits()
    /// Empty until it is captured, or if it was skipped.
    var postcode = SensitiveDigits()
    var notes: CaptureNotes

    /// No fields except the account number, if it is known.
    init(accountNumber: String? = nil) { notes = CaptureNotes(accountNumber: accountNumber) }

    /// All fields of a complete capture, so that one of them can be asked for again.
    init(_ fields: consuming CompleteFields) {
        notes = fields.notes
        let card = fields.card
        expiry = card.expiry
        let masked = MaskedCard(brand: card.brand, lastFour: card.lastFour)
        number = CapturedNumber(digits: card.number, card: masked)
        securityCode = card.securityCode
        houseNumber = card.houseNumber
        postcode = card.postcode
    }

    /// Brand and last four digits of the card number, once it is captured.
    var card: MaskedCard? {
        switch number {
        case .some(let number): number.card
        case .none: nil
        }
    }

    /// Takes a valid card number. A security code captured before it belonged to another card and is erased.
    mutating func take(_ digits: consuming SensitiveDigits, of card: MaskedCard) {
        forget(.securityCode)
        number = CapturedNumber(digits: digits, card: card)
    }

    /// Whether `field` is captured or skipped.
    func has(_ field: CaptureField) -> Bool {
        switch field {
        case .cardNumber: card != nil
        case .expiry: expiry != nil
        case .securityCode: !securityCode.isEmpty
        case .accountNumber: notes.accountNumber != nil
        case .houseNumber: !houseNumber.isEmpty || notes.skipped.contains(field)
        case .postcode: !postcode.isEmpty || notes.skipped.contains(field)
        }
    }

    /// The first of `fields` that is neither captured nor skipped.
    func firstMissing(of fields: [CaptureField]) -> CaptureField? {
        for field in fields where !has(field) { return field }
        return nil
    }

    /// The fields of `fields` that are captured or skipped.
    func completed(of fields: [CaptureField]) -> Set<CaptureField> {
        var completed: Set<CaptureField> = []
        for field in fields where has(field) { completed.insert(field) }
        return completed
    }

    /// Erases a field. Without its card number, a security code is erased too.
    mutating func forget(_ field: CaptureField) {
        notes.skipped.remove(field)
        switch field {
        case .cardNumber:
            number = nil
            forget(.securityCode)
        case .expiry: expiry = nil
        case .securityCode: securityCode.erase()
        case .accountNumber: notes.accountNumber = nil
        case .houseNumber: houseNumber.erase()
        case .postcode: postcode.erase()
        }
    }

    /// Number of digits held.
    var heldDigits: Int {
        let digits =
            switch number {
            case .some(let number): number.digits.count
            case .none: 0
            }
        return digits + securityCode.count + houseNumber.count + postcode.count
    }

    /// All fields. Precondition: the fields of the card are captured, which ``SessionSettings/fields`` ensures.
    consuming func complete() -> CompleteFields {
        guard let expiry, let number else { preconditionFailure("a payment without its card") }
        let masked = number.card
        let card = CardDetails(
            number: number.digits, securityCode: securityCode, expiry: expiry, houseNumber: houseNumber,
            postcode: postcode, brand: masked.brand, lastFour: masked.lastFour)
        return CompleteFields(card: card, notes: notes)
    }
}

/// A valid card number, and the part of it that may be shown.
struct CapturedNumber: ~Copyable, Sendable {
    let digits: SensitiveDigits
    let card: MaskedCard
}

/// The part of a capture that is not secret.
struct CaptureNotes: Sendable, Hashable {
    /// The account number, if the caller has keyed it.
    var accountNumber: String?
    /// Optional fields that the caller skipped.
    var skipped: Set<CaptureField> = []
    /// How often each field was invalid or timed out.
    var failures: [CaptureField: Int] = [:]
}

/// All fields of a payment.
struct CompleteFields: ~Copyable, Sendable {
    let card: CardDetails
    let notes: CaptureNotes
}

extension CardDetails {
    /// Number of digits held.
    var heldDigits: Int { number.count + securityCode.count + houseNumber.count + postcode.count }
}
