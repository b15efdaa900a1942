internal import TextFormats

/// A currency and how many decimals its minor unit has (ISO 4217).
///
/// Amounts in Tonewall are whole numbers of these minor units: `amount_minor` in the output of commands, `amount` in
/// types. A gateway's protocol may use another unit; see ``ProtocolAmount``.
public struct Currency: Sendable, Hashable {
    /// Three upper-case letters.
    public let code: String
    /// Decimals of the minor unit: 2 for most, 0 for the yen, 3 for the Kuwaiti dinar.
    public let decimals: Int

    /// A currency in use by its ISO 4217 code, in upper or lower case; `nil` for any other code.
    ///
    /// Funds (`CHE`, `USN`), metals (`XAU`), units of account (`XDR`), the test code `XTS` and "no currency" `XXX` are
    /// not currencies.
    public init?(_ code: String) {
        let upper = code.uppercased()
        guard let decimals = Self.decimalsByCode[upper] else { return nil }
        self.code = upper
        self.decimals = decimals
    }

    /// The amount in `text` (`42`, `42.5`, `42.50`) in minor units; `nil` if it is not above zero or has too many
    /// decimals.
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

    /// `amount` minor units with the currency's code: `GBP 42.00`.
    public func text(of amount: Int) -> String { "\(code) \(decimal(of: amount))" }

    /// `amount` minor units with the code, such as `GBP 42.00`; the minor units alone if ISO 4217 does not list `code`.
    package static func text(of amount: Int, in code: String) -> String {
        Currency(code)?.text(of: amount) ?? "\(amount) minor units of \(code)"
    }
}

extension Currency {
    /// All currencies, in the order of their codes.
    public static let all: [Currency] = decimalsByCode.keys.sorted().compactMap { Currency($0) }

    /// The active codes of the maintenance agency's list one of 2026-01-01, without funds, metals, units of account and
    /// codes for "no currency".
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
