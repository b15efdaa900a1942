internal import GRDB

extension Ledger {
    /// Writes down that money is about to be given back, and sets it aside so that the sum never exceeds what was taken.
    ///
    /// - Parameters:
    ///   - amount: In the currency's minor unit; `nil` for all that is left.
    ///   - isVoid: Whether the payment is to be called off in whole.
    /// - Returns: The amount; `nil` where the same key has been written down before, whose refund is to be repeated.
    @discardableResult
    public func beginRefund(
        of payment: String, amount: Int?, key: String, isVoid: Bool
    ) async throws(LedgerError) -> Int? {
        let result = Box<Int>()
        try await change(isDurable: true) { database, log in
            guard var charge = try ChargeRecord.find(payment, in: database) else {
                throw LedgerError.noSuch(kind: "payment", name: payment)
            }
            if var earlier = try RefundRecord.find(key, in: database) {
                // A refund that failed for certain may be asked for again.
                guard earlier.state == .failed else { return }
                earlier.state = .sending
                earlier.asked = log.at
                try Self.setAside(earlier.amount, of: &charge)
                try earlier.update(in: database)
                try charge.update(in: database)
                try log.add("refund.asked", earlier, to: database)
                try log.add("charge.refunding", charge, to: database)
                result.value = earlier.amount
                return
            }
            let left = charge.amount - charge.refunded
            let amount = amount ?? left
            try Self.setAside(amount, of: &charge)
            let refund = RefundRecord(
                key: key, payment: payment, amount: amount, isVoid: isVoid, state: .sending, asked: log.at)
            try refund.insert(into: database)
            try charge.update(in: database)
            try log.add("refund.asked", refund, to: database)
            try log.add("charge.refunding", charge, to: database)
            result.value = amount
        }
        return result.value
    }

    private static func setAside(_ amount: Int, of charge: inout ChargeRecord) throws(LedgerError) {
        let left = charge.amount - charge.refunded
        guard left > 0 else { throw .nothingLeft }
        guard amount > 0, amount <= left else { throw .refundTooLarge(left: left) }
        charge.refunded += amount
    }

    /// Writes down what came of a refund: `state` is final or unknown; what failed is no longer set aside.
    public func concludeRefund(
        _ key: String, as state: RefundRecord.State, refund name: String? = nil
    ) async throws(LedgerError) {
        try await change(isDurable: false) { database, log in
            guard var refund = try RefundRecord.find(key, in: database) else {
                throw LedgerError.noSuch(kind: "refund", name: key)
            }
            guard refund.state == .sending || refund.state == .unknown else { return }
            refund.state = state
            refund.refund = name ?? refund.refund
            refund.answered = log.at
            try refund.update(in: database)
            try log.add("refund.settled", refund, success: state == .done, to: database)
            guard state != .unknown, var charge = try ChargeRecord.find(refund.payment, in: database) else {
                return
            }
            if state == .failed { charge.refunded -= refund.amount }
            charge.state =
                refund.isVoid && state == .done
                ? .voided
                : charge.refunded == 0 ? .taken : charge.refunded == charge.amount ? .refunded : .partlyRefunded
            try charge.update(in: database)
            try log.add("charge.refunded", charge, success: state == .done, to: database)
        }
    }

    /// Refunds of payments at the gateway `address` whose outcome is not known, oldest first.
    public func openRefunds(at address: String) throws(LedgerError) -> [RefundRecord] {
        try read { database in
            try RefundRecord.rows(
                database,
                """
                SELECT \(RefundRecord.shape.list) FROM refund
                JOIN charge USING (payment) JOIN attempt ON attempt.key = charge.attempt
                WHERE refund.state IN ('sending', 'unknown') AND gateway = ? ORDER BY asked, refund.key
                """,
                [address])
        }
    }
}
