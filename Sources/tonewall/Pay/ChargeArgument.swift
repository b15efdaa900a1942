import Currencies
import Failures

/// An amount to be charged and its currency, as they are written on the command line.
struct ChargeArgument {
    let currency: Currency
    /// In the currency's minor unit.
    let minorUnits: Int

    /// - Throws: A ``Failure`` with status 64 where `currency` is no ISO 4217 code, or `amount` none that a gateway
    ///   takes.
    init(amount: String, currency code: String) throws {
        guard let currency = Currency(code) else {
            let isWord = code.utf8.count == 3 && code.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
            throw Failure(
                .usage, "\(isWord ? code : "that") is no currency: ISO 4217 lists no money in use under it",
                advice: "as --currency GBP")
        }
        guard let minorUnits = currency.minorUnits(of: amount) else {
            throw Failure(
                .usage, "an amount of \(currency.code) is above zero and has \(currency.decimals) decimals at most",
                advice: "as --amount \(currency.decimal(of: 4200))")
        }
        do throws(AmountRefusal) {
            _ = try ProtocolAmount(charge: minorUnits, of: currency)
        } catch {
            let (what, advice) = error.words(for: currency)
            throw Failure(.usage, what, advice: advice)
        }
        self.currency = currency
        self.minorUnits = minorUnits
    }
}
