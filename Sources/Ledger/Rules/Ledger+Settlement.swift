internal import Foundation
internal import PaymentSession

/// A person's finding about an attempt or a refund whose outcome is unknown.
package struct ManualSettlement: Sendable, Hashable {
    package enum Finding: String, Sendable, CaseIterable {
        /// An attempt: the money was taken.
        case paid
        /// An attempt: certainly no money was taken.
        case notTaken = "not-taken"
        /// A refund: the money was returned.
        case refunded
        /// A refund: certainly no money was returned.
        case notRefunded = "not-refunded"

        /// Whether it is about a refund.
        package var isOfRefund: Bool { self == .refunded || self == .notRefunded }
    }

    package var finding: Finding
    /// The gateway's ID of the payment or the refund, if the ledger has none. Money that was taken needs one.
    package var payment: String?
    /// How the outcome was found.
    package var reason: String
    /// Who found it.
    package var by: String

    package init(_ finding: Finding, payment: String? = nil, reason: String, by: String) {
        self.finding = finding
        self.payment = payment
        self.reason = reason
        self.by = by
    }

    /// - Throws: ``LedgerError/cardNumber(field:)``
    fileprivate func check() throws(LedgerError) {
        for (name, text) in [("payment", payment ?? ""), ("reason", reason), ("by", by)] where text.mayHoldCardNumber {
            throw .cardNumber(field: "settlement's \(name)")
        }
    }

    /// The settlement as JSON for the audit log.
    fileprivate var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(
                decoding: try encoder.encode(["as": finding.rawValue, "by": by, "reason": reason]), as: UTF8.self)
        }
    }
}

extension Ledger {
    /// Settles the attempt or the refund under `key` by a person's finding. Person and reason are in the audit log
    /// before the change.
    ///
    /// - Throws: ``LedgerError/alreadyFinal(key:state:)`` if the outcome is known, ``LedgerError/underWay(key:)`` if
    ///   the process that sent it still waits for the answer, ``LedgerError/paymentNameMissing(key:)`` if money was
    ///   taken without a payment ID, ``LedgerError/paymentTakenByAnotherAttempt(payment:)`` if the ID belongs to
    ///   another attempt.
    package func settleManually(_ key: String, as settlement: ManualSettlement) async throws(LedgerError) {
        try settlement.check()
        guard !settlement.finding.isOfRefund else { return try await settleRefundManually(key, as: settlement) }
        try await change(isDurable: true) { [processes] transaction, log in
            guard let known = try RecordedAttempt.find(key, orNamed: key, in: transaction) else {
                throw LedgerError.noSuch(kind: "attempt", name: key)
            }
            guard !known.state.isFinal else {
                throw LedgerError.alreadyFinal(key: key, state: known.state.rawValue)
            }
            guard known.isOrphaned(processes) else { throw LedgerError.underWay(key: key) }
            var attempt = known
            attempt.answered = log.at
            attempt.payment = attempt.payment ?? settlement.payment
            attempt.state = settlement.finding == .paid ? .approved : .notTaken
            if settlement.finding == .paid {
                guard let payment = attempt.payment else { throw LedgerError.paymentNameMissing(key: key) }
                guard try ChargeRecord.find(payment, in: transaction) == nil else {
                    throw LedgerError.paymentTakenByAnotherAttempt(payment: payment)
                }
            }
            try log.add("attempt.settled-by-hand", key, settlement, to: transaction)
            try Self.settle(attempt, from: known, transaction, log)
            try Self.closeIfAbandoned(attempt.session, processes, transaction, log)
        }
    }

    private func settleRefundManually(_ key: String, as settlement: ManualSettlement) async throws(LedgerError) {
        try await change(isDurable: true) { [processes] transaction, log in
            guard var refund = try RefundRecord.find(key, in: transaction) else {
                throw LedgerError.noSuch(kind: "refund", name: key)
            }
            guard !refund.state.isFinal else {
                throw LedgerError.alreadyFinal(key: key, state: refund.state.rawValue)
            }
            guard !refund.isUnderWay(processes) else { throw LedgerError.underWay(key: key) }
            refund.refund = refund.refund ?? settlement.payment
            try log.add("refund.settled-by-hand", key, settlement, to: transaction)
            try Self.settle(&refund, as: settlement.finding == .refunded ? .done : .failed, transaction, log)
        }
    }
}

extension AuditLog {
    /// Adds an entry for a manual settlement of `key`.
    fileprivate func add(
        _ action: String, _ key: String, _ settlement: ManualSettlement, to transaction: any LedgerTransaction
    ) throws {
        try add(action, "settlement/\(key)", success: true, detail: try settlement.json, to: transaction)
    }
}
