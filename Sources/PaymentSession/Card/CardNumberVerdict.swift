/// The result of checking digits as a card number.
enum CardNumberVerdict {
    case valid(MaskedCard)
    case wrong(FieldError)

    /// Checks ASCII `digits`. Cards of the brands `taken` are accepted.
    init(_ digits: Span<UInt8>, taken brands: Set<CardBrand>) {
        guard CardBrand.allNumberLengths.contains(digits.count) else {
            self = .wrong(.wrongLength)
            return
        }
        let brand = CardBrand(firstDigits: digits)
        if let brand, !brand.numberLengths.contains(digits.count) {
            self = .wrong(.wrongLength)
        } else if !passesLuhn(digits) {
            self = .wrong(.checkDigit)
        } else if let brand, brands.contains(brand) {
            let lastFour = String(ascii: digits.extracting(last: 4))
            self = .valid(MaskedCard(brand: brand, lastFour: lastFour))
        } else {
            self = .wrong(.brandNotTaken)
        }
    }
}

/// Whether the last of the ASCII `digits` is the right check digit (Luhn formula, ISO/IEC 7812-1 annex B).
func passesLuhn(_ digits: Span<UInt8>) -> Bool {
    var sum = 0
    for index in digits.indices {
        let digit = Int(digits[index] - 0x30)
        let isDoubled = (digits.count - index) % 2 == 0
        let weighted = isDoubled ? 2 * digit : digit
        sum += weighted > 9 ? weighted - 9 : weighted
    }
    return sum % 10 == 0
}
