/// The fields that are in, of those that a payment asks for.
struct CapturedFields: ~Copyable, Sendable {
    /// The card number, once it is valid.
    private(set) var number: CapturedNumber?
    /// The expiry, once it is valid.
    var expiry: CardExpiry?
    /// Empty until it is in.
    var securityCode = SensitiveDigits()
    /// Empty until it is in, or where it is passed over.
    var houseNumber = SensitiveDigits()
    /// Empty until it is in, or where it is passed over.
    var postcode = SensitiveDigits()
    var notes: CaptureNotes

    /// None but the account number, where one is known.
    init(accountNumber: String? = nil) { notes = CaptureNotes(accountNumber: accountNumber) }

    /// All of them, so that one can be asked for again.
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

    /// Brand and last four digits of the card number, once it is in.
    var card: MaskedCard? {
        switch number {
        case .some(let number): number.card
        case .none: nil
        }
    }

    /// Takes a valid card number; a security code that is in was another card's.
    mutating func take(_ digits: consuming SensitiveDigits, of card: MaskedCard) {
        forget(.securityCode)
        number = CapturedNumber(digits: digits, card: card)
    }

    /// Whether `field` is in, or passed over.
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

    /// The first of `fields` that is neither in nor passed over.
    func firstMissing(of fields: [CaptureField]) -> CaptureField? {
        for field in fields where !has(field) { return field }
        return nil
    }

    /// Those of `fields` that are in or passed over.
    func completed(of fields: [CaptureField]) -> Set<CaptureField> {
        var completed: Set<CaptureField> = []
        for field in fields where has(field) { completed.insert(field) }
        return completed
    }

    /// Empties a field, and what hangs on it: without its card number a security code is nobody's.
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

    /// How many digits are held.
    var heldDigits: Int {
        let digits =
            switch number {
            case .some(let number): number.digits.count
            case .none: 0
            }
        return digits + securityCode.count + houseNumber.count + postcode.count
    }

    /// All of them; precondition: none of the card's is missing, as ``SessionSettings/fields`` has them all.
    consuming func complete() -> CompleteFields {
        guard let expiry, let number else { preconditionFailure("a payment without its card") }
        let masked = number.card
        let card = CardDetails(
            number: number.digits, securityCode: securityCode, expiry: expiry, houseNumber: houseNumber,
            postcode: postcode, brand: masked.brand, lastFour: masked.lastFour)
        return CompleteFields(card: card, notes: notes)
    }
}

/// A valid card number, with what may be shown of it.
struct CapturedNumber: ~Copyable, Sendable {
    let digits: SensitiveDigits
    let card: MaskedCard
}

/// What is no secret of a capture.
struct CaptureNotes: Sendable, Hashable {
    /// What the payment is filed under, where the caller has keyed it.
    var accountNumber: String?
    /// Optional fields that the caller passed over.
    var skipped: Set<CaptureField> = []
    /// How often each field was not valid, or not keyed in time.
    var failures: [CaptureField: Int] = [:]
}

/// Every field that a payment asks for.
struct CompleteFields: ~Copyable, Sendable {
    let card: CardDetails
    let notes: CaptureNotes
}

extension CardDetails {
    /// How many digits are held.
    var heldDigits: Int { number.count + securityCode.count + houseNumber.count + postcode.count }
}
