extension PaymentMachine {
    /// Whether what is keyed is all of `field`, so that the field may end by itself.
    ///
    /// A card number is full at the length of nearly all cards of its brand where its check digit fits, and at the
    /// longest that the brand issues. A brand of several usual lengths has none but the longest.
    func isFull(_ field: CaptureField) -> Bool {
        switch field {
        case .cardNumber:
            entry.withASCII { digits in
                guard let brand = CardBrand(firstDigits: digits) else {
                    return digits.count == CardBrand.allNumberLengths.upperBound
                }
                return digits.count == brand.numberLengths.last
                    || digits.count == brand.usualNumberLength && passesLuhn(digits)
            }
        case .expiry: entry.count == 4
        case .securityCode: entry.count == shown.card?.brand.securityCodeLength ?? 4
        case .accountNumber, .houseNumber, .postcode: false
        }
    }

    /// How many digits a caller may still have been about to key in `field`.
    func digitsMissing(in field: CaptureField) -> Int {
        let length =
            switch field {
            case .cardNumber:
                entry.withASCII { digits in
                    let brand = CardBrand(firstDigits: digits)
                    let usual = brand.map { $0.usualNumberLength ?? 16 } ?? 16
                    return digits.count < usual ? usual : digits.count
                }
            case .expiry: 4
            case .securityCode: shown.card?.brand.securityCodeLength ?? 4
            case .accountNumber: 11
            case .houseNumber: 6
            case .postcode: 9
            }
        return max(0, length - entry.count)
    }
}

/// When the keys of an entry came.
struct KeyRhythm: Sendable, Hashable {
    private(set) var last: Duration?
    private(set) var longestPause: Duration = .zero

    mutating func add(_ time: Duration) {
        if let last { longestPause = max(longestPause, time - last) }
        last = time
    }
}

/// What a caller may still key of an entry that a timer has cut off, before the prompt to begin anew has reached him.
///
/// A key belongs to it that comes no later after the one before than one and a half times the caller's longest pause,
/// or within two seconds of the cut; as many as were missing at most, and the key that ends the field.
struct CutOffEntry: Sendable, Hashable {
    private var missing: Int
    private let pause: Duration
    private var end: Duration

    init(missing: Int, rhythm: KeyRhythm, at time: Duration) {
        self.missing = missing
        pause = max(.seconds(2), rhythm.longestPause * 3 / 2)
        end = max(time + .seconds(2), (rhythm.last ?? time) + pause)
    }

    mutating func takesDigit(at time: Duration) -> Bool {
        guard missing > 0, time <= end else { return false }
        missing -= 1
        end = time + pause
        return true
    }

    func takesEnd(at time: Duration) -> Bool { time <= end }
}
