internal import Currencies
package import Ledger

/// An amount in minor units with its currency, as `GBP 42.00`; one of a currency that ISO 4217 does not list has its
/// minor units alone.
func sum(_ amount: Int, _ currency: String) -> String {
    Currency(currency)?.text(of: amount) ?? "\(amount) minor units of \(currency)"
}

extension PaymentKind {
    /// What a line about money ends with where none moved.
    package var mark: String { self == .test ? "  TEST" : "" }
}

extension PaymentTotals {
    /// The totals as a person reads them: a line for each currency and outcome, and one for what was taken of each
    /// currency.
    package var text: String {
        let lines = totals.map { total in
            let back = total.refunded == 0 ? "" : "  \(sum(total.refunded, total.currency)) given back"
            let name = total.outcome + String(repeating: " ", count: max(1, 18 - total.outcome.count))
            let mark = (total.isTest ? PaymentKind.test : .real).mark
            return "\(total.currency)  \(name)\(total.count)  \(sum(total.amount, total.currency))\(back)\(mark)\n"
        }
        let ends = currencies.compactMap { currency -> String? in
            let sums = sums(of: currency)
            guard sums.taken != 0 else { return nil }
            return "\(currency)  taken \(sum(sums.taken, currency)), given back \(sum(sums.refunded, currency)), "
                + "left \(sum(sums.left, currency))\n"
        }
        return (lines + ends).joined()
    }
}
