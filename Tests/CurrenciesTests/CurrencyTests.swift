import Currencies
import Support
import Testing

struct CurrencyTests {
    @Test func `The list holds exactly the currencies in use of ISO 4217`() {
        #expect(Currency.all.count == 155)
        #expect(Set(Currency.all.map(\.decimals)) == [0, 2, 3])
        for code in ["GBP", "gbp", "EUR", "JPY", "KWD", "XAF", "XCG", "XPF", "ZWG", "SLE", "VED", "MRU", "STN"] {
            #expect(Currency(code)?.code == code.uppercased(), "\(code)")
        }
    }

    @Test(arguments: [
        "zzz", "xxx", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XBA", "XSU", "XUA", "XAD",  // no money
        "CHE", "CHW", "CLF", "UYW", "UYI", "USN", "BOV", "COU", "MXV",  // funds
        "DEM", "HRK", "BGN", "ANG", "ZWL", "SLL", "CUC", "VEF", "BYR",  // not in use any more
        "", "G", "GB", "GBPP", "G£P", "ＧＢＰ", "GBP ", " GBP", "826", "£",
    ])
    func `A code that is not a currency in use is refused`(code: String) { #expect(Currency(code) == nil) }

    @Test(arguments: Currency.all)
    func `An amount is read as it is written`(currency: Currency) {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let amount = Int.random(in: 1...10_000_000, using: &random)
            let text = currency.decimal(of: amount)
            #expect(currency.minorUnits(of: text) == amount, "seed \(seed)")
            #expect(text.split(separator: ".").dropFirst().first?.count ?? 0 == currency.decimals)
            #expect(currency.text(of: amount) == "\(currency.code) \(text)")
            #expect(currency.decimal(of: -amount) == "-" + text)
        }
    }

    @Test(arguments: ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", "0", "0.00", "1.2.3", "٤٢", "1 000", "nan", "inf"])
    func `A text that is not a positive amount is refused`(text: String) {
        for currency in Currency.all { #expect(currency.minorUnits(of: text) == nil, "\(currency.code)") }
    }
}

struct ProtocolAmountTests {
    private static let rounded = ["BHD", "JOD", "KWD", "OMR", "TND"]
    private static let unwritable = ["IQD", "LYD"]

    @Test(arguments: [
        ("GBP", "42.00", 4200), ("JPY", "4200", 4200), ("KWD", "4.200", 4200), ("KWD", "1.230", 1230),
        ("ISK", "4200", 420_000), ("UGX", "5", 500), ("MGA", "4200.00", 4200), ("HUF", "200.50", 20_050),
        ("TWD", "42.50", 4250), ("BIF", "7", 7), ("CLP", "7", 7), ("DJF", "7", 7), ("GNF", "7", 7), ("KMF", "7", 7),
        ("KRW", "7", 7), ("PYG", "7", 7), ("RWF", "7", 7), ("VND", "7", 7), ("VUV", "7", 7), ("XAF", "7", 7),
        ("XOF", "7", 7), ("XPF", "7", 7), ("BHD", "0.010", 10), ("JOD", "1.000", 1000), ("OMR", "1.500", 1500),
        ("TND", "9.990", 9990), ("GBP", "0.30", 30), ("USD", "0.50", 50), ("JPY", "50", 50), ("EUR", "0.50", 50),
    ])
    func `The protocol writes an amount in its own unit`(code: String, text: String, value: Int) throws {
        let currency = try #require(Currency(code))
        let amount = try #require(currency.minorUnits(of: text))
        #expect(try ProtocolAmount(charge: amount, of: currency).value == value)
        #expect(ProtocolAmount(value: value).minorUnits(of: currency) == amount)
    }

    @Test(
        arguments: [
            ("KWD", "1.234", .lastDigitNotZero), ("TND", "0.001", .lastDigitNotZero), ("MGA", "0.50", .wholeUnitsOnly),
            ("GBP", "0.01", .tooSmall(least: 30)), ("GBP", "0.29", .tooSmall(least: 30)),
            ("USD", "0.49", .tooSmall(least: 50)), ("JPY", "49", .tooSmall(least: 50)),
            ("CZK", "14.99", .tooSmall(least: 1500)), ("HUF", "174.99", .tooSmall(least: 17_500)),
            ("IQD", "42.000", .noRule), ("LYD", "42.000", .noRule),
        ] as [(String, String, AmountRefusal)])
    func `An amount that the protocol does not take is refused`(code: String, text: String, refusal: AmountRefusal)
        throws
    {
        let currency = try #require(Currency(code))
        let amount = try #require(currency.minorUnits(of: text))
        #expect(throws: refusal) { try ProtocolAmount(charge: amount, of: currency) }
        #expect(refusal.words(for: currency).what.contains(code))
    }

    @Test(arguments: Currency.all)
    func `An amount survives the protocol both ways, or is refused`(currency: Currency) {
        let seed = SeededGenerator.seedOfRun()
        var random = SeededGenerator(seed: seed)
        var (taken, most) = (0, 0)
        for _ in 0..<500 {
            let amount = Int.random(in: 1...5_000_000, using: &random)
            guard let written = try? ProtocolAmount(refund: amount, of: currency) else { continue }
            taken += 1
            most = max(most, amount)
            #expect(written.minorUnits(of: currency) == amount, "seed \(seed)")
        }
        switch currency.code {
        case let code where Self.unwritable.contains(code): #expect(taken == 0)
        case let code where Self.rounded.contains(code): #expect((20...100).contains(taken), "seed \(seed)")
        case "MGA": #expect((1...25).contains(taken), "seed \(seed)")
        default: #expect(taken == 500)
        }
    }

    @Test func `A refund may be less than the least charge`() throws {
        let pounds = try #require(Currency("GBP"))
        #expect(try ProtocolAmount(refund: 1, of: pounds).value == 1)
    }

    @Test func `No amount overflows`() throws {
        for currency in Currency.all {
            for amount in [Int.max, Int.max - 7, Int.min, -1, 0] {
                _ = try? ProtocolAmount(charge: amount, of: currency)
                _ = ProtocolAmount(value: amount).minorUnits(of: currency)
                _ = currency.text(of: amount)
            }
        }
    }
}
