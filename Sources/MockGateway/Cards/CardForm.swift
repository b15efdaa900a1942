internal import Secrets

/// The facts about a card that may be kept: never its number or security code.
struct StoredCard: Sendable, Codable, Equatable {
    var brand: String
    var last4: String
    var expiryMonth: Int
    var expiryYear: Int
    /// A keyed hash of the number (PCI DSS 3.5.1.1): equal for equal numbers of one gateway.
    var fingerprint: String
    /// Whether a security code came with the number, so that the issuer could check it.
    var hasSecurityCode: Bool
}

/// A card in a form. It is read once and dropped.
struct CardForm {
    let facts: StoredCard
    let behaviour: CardBehaviour

    /// Reads the fields `number`, `exp_month`, `exp_year` and `cvc`.
    ///
    /// - Throws: ``APIError`` for what a gateway refuses before it asks an issuer: length, Luhn digit, expiry, length
    ///   of the security code.
    init(_ form: FormValue, parameter: String, today: (year: Int, month: Int), hash: HMAC) throws(APIError) {
        func field(_ name: String) throws(APIError) -> String {
            guard let text = form.text(name), !text.isEmpty else { throw .missing("\(parameter)[\(name)]") }
            return text
        }
        let number = try field("number").filter { $0 != " " && $0 != "-" }
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), (12...19).contains(number.count) else {
            throw .card("invalid_number", "The card number is not a valid credit card number.", parameter: "number")
        }
        guard Self.passesLuhn(number) else {
            throw .card("incorrect_number", "Your card number is incorrect.", parameter: "number")
        }
        guard let month = Int(try field("exp_month")), (1...12).contains(month) else {
            throw .card("invalid_expiry_month", "Your card's expiration month is invalid.", parameter: "exp_month")
        }
        guard var year = Int(try field("exp_year")), (0...99).contains(year) || (2000...2099).contains(year) else {
            throw .card("invalid_expiry_year", "Your card's expiration year is invalid.", parameter: "exp_year")
        }
        if year < 100 { year += 2000 }
        guard year >= today.year else {
            throw .card("invalid_expiry_year", "Your card's expiration year is invalid.", parameter: "exp_year")
        }
        guard (year, month) >= today else {
            throw .card("invalid_expiry_month", "Your card's expiration month is invalid.", parameter: "exp_month")
        }
        let brand = Self.brand(of: number)
        let code = form.text("cvc").flatMap { $0.isEmpty ? nil : $0 }
        if let code {
            guard code.utf8.allSatisfy({ (0x30...0x39).contains($0) }), code.count == (brand == "amex" ? 4 : 3) else {
                throw .card("invalid_cvc", "Your card's security code is invalid.", parameter: "cvc")
            }
        }
        facts = StoredCard(
            brand: brand, last4: String(number.suffix(4)), expiryMonth: month, expiryYear: year,
            fingerprint: String(hash.hexadecimal(Array(number.utf8)).prefix(16)), hasSecurityCode: code != nil)
        behaviour = CardBehaviour(number: number)
    }

    /// The Luhn check of ISO/IEC 7812-1, annex B.
    static func passesLuhn(_ number: String) -> Bool {
        var sum = 0
        for (index, byte) in number.utf8.reversed().enumerated() {
            let digit = Int(byte) - 0x30
            let doubled = digit * 2
            sum += index.isMultiple(of: 2) ? digit : (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }

    /// The scheme by the number's first digits, with the API's name.
    private static func brand(of number: String) -> String {
        switch Int(number.prefix(4)) ?? 0 {
        case 4000...4999: "visa"
        case 5100...5599, 2221...2720: "mastercard"
        case 3400...3499, 3700...3799: "amex"
        case 6011, 6440...6599: "discover"
        case 3000...3099, 3600...3699, 3800...3999: "diners"
        case 3528...3589: "jcb"
        case 6200...6299, 8100...8199: "unionpay"
        default: "unknown"
        }
    }
}
