internal import Currencies
package import Ledger

extension PaymentKind {
    /// The end of a line about a payment in which no money moved.
    package var mark: String { self == .test ? "  TEST" : "" }
}

extension PaymentTotals {
    /// The totals for a reader: one line for each currency and outcome, and one for the amount taken in each currency.
    package var text: String {
        let lines = totals.map { total in
            let text = { Currency.text(of: $0, in: total.currency) }
            let back = total.refunded == 0 ? "" : "  \(text(total.refunded)) given back"
            let name = total.outcome + String(repeating: " ", count: max(1, 18 - total.outcome.count))
            let mark = (total.isTest ? PaymentKind.test : .real).mark
            return "\(total.currency)  \(name)\(total.count)  \(text(total.amount))\(back)\(mark)\n"
        }
        let ends = currencies.compactMap { currency -> String? in
            let sums = sums(of: currency)
            guard sums.taken != 0 else { return nil }
            let text = { Currency.text(of: $0, in: currency) }
            return "\(currency)  taken \(text(sums.taken)), given back \(text(sums.refunded)), "
                + "left \(text(sums.left))\n"
        }
        return (lines + ends).joined()
    }
}
