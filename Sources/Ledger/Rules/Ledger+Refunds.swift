extension Ledger {
    /// Records a refund through the gateway at `gateway` before it is requested, and reserves its amount. So the
    /// refunds never exceed the amount taken.
    ///
    /// A payment has one open refund at a time. While its outcome is unknown, the next refund is refused, because it
    /// could return the same money again.
    ///
    /// - Parameters:
    ///   - payment: The gateway's ID of the payment.
    ///   - amount: In the currency's minor unit; `nil` for the whole rest.
    ///   - key: The idempotency key; `nil` to create one.
    ///   - isVoid: Whether the whole payment is to be voided.
    ///   - gateway: The address of the gateway.
    /// - Throws: ``LedgerError/refundOpen(key:isUnderWay:)``, ``LedgerError/refundKeyUsed(key:)``,
    ///   ``LedgerError/nothingLeft``, ``LedgerError/refundTooLarge(left:currency:)``. The gateway must not be asked
    ///   then.
    @discardableResult
    package func beginRefund(
        of payment: String, amount: Int?, key: String? = nil, isVoid: Bool, at gateway: String
    ) async throws(LedgerError) -> RefundRecord {
        try await change(isDurable: true) { [processes] transaction, log in
            guard var charge = try ChargeRecord.find(payment, in: transaction) else {
                throw LedgerError.noSuch(kind: "payment", name: payment)
            }
            let earlier = try RefundRecord.of(payment, in: transaction)
            if let open = earlier.first(where: { !$0.state.isFinal }) {
                throw LedgerError.refundOpen(key: open.key, isUnderWay: open.isUnderWay(processes))
            }
            let key = key ?? "\(payment)-\(isVoid ? "cancel" : "refund")-\(earlier.count + 1)"
            guard try RefundRecord.find(key, in: transaction) == nil else { throw LedgerError.refundKeyUsed(key: key) }
            let left = charge.amount - charge.refunded
            let amount = amount ?? left
            guard left > 0 else { throw LedgerError.nothingLeft }
            guard amount > 0, amount <= left else {
                throw LedgerError.refundTooLarge(left: left, currency: charge.currency)
            }
            charge.refunded += amount
            let refund = RefundRecord(
                key: key, payment: payment, amount: amount, isVoid: isVoid, state: .sending, requested: log.at,
                gateway: gateway, process: processes.own.id, processStart: processes.own.start)
            try log.insert(NewRow(refund), as: "refund.asked", to: transaction)
            try charge.update(in: transaction)
            try log.add("charge.refunding", charge, to: transaction)
            return refund
        }
    }

    /// Records the outcome of a refund: `state` is final or unknown. The amount of a failed refund is no longer
    /// reserved.
    package func concludeRefund(
        _ key: String, as state: RefundRecord.State, refund name: String? = nil
    ) async throws(LedgerError) {
        try await change(isDurable: false) { transaction, log in
            guard var refund = try RefundRecord.find(key, in: transaction) else {
                throw LedgerError.noSuch(kind: "refund", name: key)
            }
            // Another process has settled it meanwhile. A final state does not change.
            guard !refund.state.isFinal else { return }
            refund.refund = name ?? refund.refund
            try Self.settle(&refund, as: state, transaction, log)
        }
    }

    /// Records a refund and the new state of its charge.
    static func settle(
        _ refund: inout RefundRecord, as state: RefundRecord.State, _ transaction: any LedgerTransaction,
        _ log: AuditLog
    ) throws {
        refund.state = state
        refund.answered = log.at
        try refund.update(in: transaction)
        try log.add("refund.settled", refund, success: state == .done, to: transaction)
        guard state != .unknown, var charge = try ChargeRecord.find(refund.payment, in: transaction) else { return }
        if state == .failed { charge.refunded -= refund.amount }
        charge.state =
            refund.isVoid && state == .done
            ? .voided : charge.refunded == 0 ? .taken : charge.refunded == charge.amount ? .refunded : .partlyRefunded
        try charge.update(in: transaction)
        try log.add("charge.refunded", charge, success: state == .done, to: transaction)
    }

    /// Refunds with an unknown outcome, oldest first: those in state `unknown`, and those requested by a process that
    /// has ended.
    package func openRefunds() throws(LedgerError) -> [RefundRecord] {
        try read { try RefundRecord.open(in: $0) }.filter { !$0.isUnderWay(processes) }
    }
}
