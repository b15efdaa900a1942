/// The scheme that issued a card, by the first digits of its number (IIN, ISO/IEC 7812-1).
public enum CardBrand: String, Sendable, Hashable, CaseIterable {
    case visa, mastercard, amex, discover, diners, jcb, unionpay, maestro

    /// The lengths of all card numbers, whatever the scheme.
    static let allNumberLengths = 12...19

    /// The lengths of the scheme's card numbers.
    public var numberLengths: [Int] {
        switch self {
        case .visa: [13, 16, 19]
        case .mastercard: [16]
        case .amex: [15]
        case .discover, .jcb, .unionpay: Array(16...19)
        case .diners: Array(14...19)
        case .maestro: Array(Self.allNumberLengths)
        }
    }

    /// The length of nearly all card numbers of the scheme; `nil` if several are common.
    var usualNumberLength: Int? {
        switch self {
        case .visa, .mastercard, .discover, .jcb: 16
        case .amex: 15
        case .diners, .unionpay, .maestro: nil
        }
    }

    /// The length of the security code: four digits on American Express, three elsewhere.
    public var securityCodeLength: Int { self == .amex ? 4 : 3 }

    /// The scheme's name in an agent's view.
    public var displayName: String {
        switch self {
        case .visa: "Visa"
        case .mastercard: "Mastercard"
        case .amex: "American Express"
        case .discover: "Discover"
        case .diners: "Diners Club"
        case .jcb: "JCB"
        case .unionpay: "UnionPay"
        case .maestro: "Maestro"
        }
    }
}

extension CardBrand {
    /// The scheme of the first six digits; `nil` if there is none or if fewer than six are given.
    ///
    /// `digits` are ASCII. The ranges are as the schemes publish them. Where two schemes claim a range, the issuing one
    /// comes first.
    init?(firstDigits digits: Span<UInt8>) {
        guard digits.count >= 6 else { return nil }
        var prefix = 0
        for index in 0..<6 { prefix = prefix * 10 + Int(digits[index] - 0x30) }
        guard let range = Self.ranges.first(where: { $0.prefixes.contains(prefix) }) else { return nil }
        self = range.brand
    }

    private static let ranges: [(prefixes: ClosedRange<Int>, brand: CardBrand)] = [
        (400_000...499_999, .visa),
        (510_000...559_999, .mastercard), (222_100...272_099, .mastercard),
        (340_000...349_999, .amex), (370_000...379_999, .amex),
        (300_000...305_999, .diners), (309_500...309_599, .diners), (360_000...369_999, .diners),
        (380_000...399_999, .diners),
        (352_800...358_999, .jcb),
        (601_100...601_199, .discover), (644_000...659_999, .discover),
        (620_000...629_999, .unionpay), (810_000...819_999, .unionpay),
        (500_000...509_999, .maestro), (560_000...589_999, .maestro), (630_000...639_999, .maestro),
        (670_000...679_999, .maestro),
    ]
}
