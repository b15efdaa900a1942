/// Sums of a list of payments for each currency and outcome.
package struct PaymentTotals: Sendable, Hashable {
    /// The payments of one currency and outcome.
    package struct Total: Sendable, Hashable {
        package var currency: String
        /// The word for their state.
        package var outcome: String
        package var count = 0
        /// The ordered amount, in the currency's minor unit.
        package var amount = 0
        /// The returned amount, in the currency's minor unit; 0 if nothing was taken.
        package var refunded = 0
        /// Whether money was taken, even if it was returned later.
        package var isTaken: Bool
        /// Whether they are test payments, without money.
        package var isTest = false

        /// The amount that the merchant keeps.
        package var left: Int { isTaken ? adding(amount, refunded == .min ? .max : -refunded) : 0 }
    }

    /// The totals by currency. Payments that took money come first.
    package private(set) var totals: [Total]

    /// The amounts taken, refunded and left in `currency`, in its minor unit.
    package func sums(of currency: String) -> (taken: Int, refunded: Int, left: Int) {
        let taken = totals.filter { $0.currency == currency && $0.isTaken }
        let amount = taken.reduce(0) { adding($0, $1.amount) }
        let refunded = taken.reduce(0) { adding($0, $1.refunded) }
        return (amount, refunded, adding(amount, refunded == .min ? .max : -refunded))
    }

    package var currencies: [String] { Set(totals.map(\.currency)).sorted() }

    /// - Parameters:
    ///   - entries: The sessions.
    ///   - isTest: Whether the ledger holds test payments.
    package init(_ entries: [PaymentSummary], isTest: Bool) {
        self.init(
            entries.map { ($0.session.currency, $0.outcome, $0.session.amount, $0.charge?.givenBack($0.refunds)) },
            isTest: isTest)
    }

    /// - Parameters:
    ///   - lines: The attempts.
    ///   - givenBack: Refunds of the same time, whatever the time of their payments. They have separate totals.
    ///   - isTest: Whether the ledger holds test payments.
    package init(_ lines: [ReconciliationLine], givenBack: [RefundLine] = [], isTest: Bool) {
        self.init(
            lines.map { ($0.attempt.currency, $0.outcome, $0.attempt.amount, $0.charge?.givenBack($0.refunds)) },
            isTest: isTest)
        let sums = Self(givenBack.map { ($0.currency, "given-back", $0.refund.amount, nil) }, isTest: isTest)
        totals = (totals + sums.totals).sorted(by: Self.isBefore)
    }

    private static func isBefore(_ one: Total, _ other: Total) -> Bool {
        (one.currency, one.isTaken ? 0 : 1, one.outcome) < (other.currency, other.isTaken ? 0 : 1, other.outcome)
    }

    private init(
        _ payments: [(currency: String, outcome: String, amount: Int, givenBack: Int?)], isTest: Bool
    ) {
        var found: [[String]: Total] = [:]
        for payment in payments {
            var total =
                found[[payment.currency, payment.outcome]]
                ?? Total(
                    currency: payment.currency, outcome: payment.outcome, isTaken: payment.givenBack != nil,
                    isTest: isTest
                )
            total.count += 1
            total.amount = adding(total.amount, payment.amount)
            total.refunded = adding(total.refunded, payment.givenBack ?? 0)
            found[[payment.currency, payment.outcome]] = total
        }
        totals = found.values.sorted(by: Self.isBefore)
    }
}

/// A refund with its currency.
package struct RefundLine: Sendable, Hashable {
    package var refund: RefundRecord
    package var currency: String
}

/// The sum, or the nearest representable number. A file may hold numbers that are too large to be added.
func adding(_ one: Int, _ other: Int) -> Int {
    let (sum, isTooLarge) = one.addingReportingOverflow(other)
    return isTooLarge ? (one < 0 ? .min : .max) : sum
}
