internal import TextFormats

/// A currency and how many decimals its minor unit has (ISO 4217).
///
/// Every amount of the product is a whole number of these minor units: `amount_minor` in the command line's output,
/// `amount` in its types. What a gateway's protocol writes instead is a ``ProtocolAmount``.
public struct Currency: Sendable, Hashable {
    /// Three upper-case letters.
    public let code: String
    /// Decimals of the minor unit: 2 for most, 0 for the yen, 3 for the Kuwaiti dinar.
    public let decimals: Int

    /// A currency in use by its ISO 4217 code, in either case; `nil` for any other code.
    ///
    /// Funds (`CHE`, `USN`), metals (`XAU`), units of account (`XDR`), the test code `XTS` and "no currency" `XXX` are
    /// none.
    public init?(_ code: String) {
        let upper = code.uppercased()
        guard let decimals = Self.decimalsByCode[upper] else { return nil }
        self.code = upper
        self.decimals = decimals
    }

    /// The amount written as `text` (`42`, `42.5`, `42.50`) in minor units; `nil` if it is none above zero or too
    /// fine.
    public func minorUnits(of text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || (1...3).contains(fraction.count), fraction.count <= decimals else { return nil }
        let digits = whole + fraction + String(repeating: "0", count: decimals - fraction.count)
        guard digits.count <= 15, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let amount = Int(digits),
            amount > 0
        else { return nil }
        return amount
    }

    /// `amount` minor units in major units, with all the currency's decimals and without its code: `42.00`, `4200` yen.
    public func decimal(of amount: Int) -> String {
        TextFormats.decimal(amount, decimals: decimals)
    }

    /// `amount` minor units as they are written: `GBP 42.00`.
    public func text(of amount: Int) -> String { "\(code) \(decimal(of: amount))" }

    /// `amount` minor units of the currency called `code`, as `GBP 42.00`; the minor units alone where ISO 4217 does
    /// not list it.
    package static func text(of amount: Int, in code: String) -> String {
        Currency(code)?.text(of: amount) ?? "\(amount) minor units of \(code)"
    }
}

extension Currency {
    /// All currencies, in the order of their codes.
    public static let all: [Currency] = decimalsByCode.keys.sorted().compactMap { Currency($0) }

    /// The list of active codes as its maintenance agency published it on 2026-01-01 (list one), without funds, metals,
    /// units of account and codes for no currency.
    private static let decimalsByCode: [String: Int] = {
        let lists = [
            0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
            2: """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE \
            CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR \
            KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
            PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
            TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """,
            3: "BHD IQD JOD KWD LYD OMR TND",
        ]
        var decimals: [String: Int] = [:]
        for (count, codes) in lists {
            for code in codes.split(separator: " ") { decimals[String(code)] = count }
        }
        return decimals
    }()
}
