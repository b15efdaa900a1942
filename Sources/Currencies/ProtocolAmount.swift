/// An amount in the units of the PaymentIntents protocol, which sometimes differ from the minor units of ISO 4217.
///
/// The rules are those of the protocol's documentation (docs.stripe.com/currencies: zero-decimal currencies, special
/// cases, three-decimal currencies, minimum charge amounts), read in 2026. Forints and new Taiwan dollars take two
/// decimals for charges, as ISO 4217 has them; their rule of whole units is for payouts, which are not made here.
public struct ProtocolAmount: Sendable, Hashable {
    /// The value of the protocol's `amount`.
    public let value: Int

    /// The protocol's amount for a charge of `minorUnits`.
    ///
    /// - Throws: ``AmountRefusal`` if the protocol does not accept the charge.
    public init(charge minorUnits: Int, of currency: Currency) throws(AmountRefusal) {
        try self.init(minorUnits, of: currency)
        if let least = currency.leastCharge, minorUnits < least { throw .tooSmall(least: least) }
    }

    /// The protocol's amount for a refund of `minorUnits`. A refund has no least amount.
    ///
    /// - Throws: ``AmountRefusal`` if the protocol cannot write the amount.
    public init(refund minorUnits: Int, of currency: Currency) throws(AmountRefusal) {
        try self.init(minorUnits, of: currency)
    }

    private init(_ minorUnits: Int, of currency: Currency) throws(AmountRefusal) {
        guard let rule = currency.rule else { throw .noRule }
        guard minorUnits.isMultiple(of: rule.step) else {
            throw rule.step == 10 ? .lastDigitNotZero : .wholeUnitsOnly
        }
        let (product, isTooLarge) = minorUnits.multipliedReportingOverflow(by: rule.factor)
        guard !isTooLarge else { throw .tooLarge }
        value = product / rule.divisor
    }

    /// An amount read from the protocol's `amount`.
    public init(value: Int) { self.value = value }

    /// The amount in minor units of ISO 4217; `nil` if the protocol has no such amount in `currency`.
    public func minorUnits(of currency: Currency) -> Int? {
        guard let rule = currency.rule, value.isMultiple(of: rule.factor) else { return nil }
        let (product, isTooLarge) = (value / rule.factor).multipliedReportingOverflow(by: rule.divisor)
        return isTooLarge || !product.isMultiple(of: rule.step) ? nil : product
    }
}

/// Why the protocol does not accept an amount.
public enum AmountRefusal: Error, Sendable, Hashable {
    /// The protocol does not define the currency's decimals, so a charge could be ten times too large.
    case noRule
    /// The currency is charged in whole units.
    case wholeUnitsOnly
    /// The last of three decimals must be 0.
    case lastDigitNotZero
    /// The amount is below the least charge, which is given in minor units.
    case tooSmall(least: Int)
    /// The amount exceeds the range of the protocol's numbers.
    case tooLarge
}

extension Currency {
    /// The least charge in minor units; `nil` if the protocol names none.
    public var leastCharge: Int? { Self.leastCharges[code] }

    private static let leastCharges = [
        "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
        "HKD": 400, "HUF": 17_500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200,
        "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
    ]

    /// How minor units become the protocol's units: they must be multiples of `step`, and are multiplied by `factor`
    /// and divided by `divisor`.
    fileprivate var rule: (step: Int, factor: Int, divisor: Int)? {
        switch code {
        // The currency has no decimals now, but is still written with two decimals, 00.
        case "ISK", "UGX": (1, 100, 1)
        // ISO 4217 has two decimals, which are not in use. The protocol has none.
        case "MGA": (100, 1, 100)
        case "BHD", "JOD", "KWD", "OMR", "TND": (10, 1, 1)
        // ISO 4217 has three decimals, but the protocol's list does not include the currency.
        case "IQD", "LYD": nil
        default: (1, 1, 1)
        }
    }
}

extension AmountRefusal {
    /// What is wrong with an amount of `currency`, and which amount is accepted.
    public func words(for currency: Currency) -> (what: String, advice: String) {
        switch self {
        case .noRule:
            ("the gateway's protocol does not say how \(currency.code) is written", "take another currency")
        case .wholeUnitsOnly:
            ("\(currency.code) is charged in whole units", "as \(currency.decimal(of: 4200))")
        case .lastDigitNotZero:
            ("the last of \(currency.code)'s three decimals has to be 0", "as \(currency.decimal(of: 4200))")
        case .tooSmall(let least):
            ("an amount of \(currency.code) is \(currency.decimal(of: least)) at least", "the gateway takes no less")
        case .tooLarge: ("the amount is too large", "check it")
        }
    }
}
