/// A session with everything that the ledger has of it.
package struct PaymentSummary: Sendable, Hashable {
    package var session: SessionRecord
    /// Its attempts, in order.
    package var attempts: [RecordedAttempt] = []
    /// The money it took; `nil` if it took none.
    package var charge: ChargeRecord?
    /// Its refunds, oldest first.
    package var refunds: [RefundRecord] = []
    /// Whether no money moved. All rows of a ledger are of the same kind.
    package var isTest = false

    /// The word for its state. The state of its money precedes the session's end.
    package var outcome: String {
        if let charge { return charge.state.outcome }
        return attempts.last?.state == .unknown ? "unknown" : session.state.rawValue
    }
}

extension [RefundRecord] {
    /// The amount of refunds whose outcome is unknown.
    package var openAmount: Int { reduce(0) { adding($0, $1.state.isFinal ? 0 : $1.amount) } }
}

extension ChargeRecord {
    /// The amount that was certainly refunded. The sum in the charge also includes open refunds.
    package func givenBack(_ refunds: [RefundRecord]) -> Int { adding(refunded, -refunds.openAmount) }
}

extension ChargeRecord.State {
    /// The word for the state of a payment's money.
    package var outcome: String { self == .taken ? "approved" : rawValue }
}

extension Ledger {
    /// All sessions, newest first.
    package func sessions() throws(LedgerError) -> [SessionRecord] { try entries().map(\.session) }

    /// The sessions that pass `filter`, newest first.
    package func entries(_ filter: PaymentFilter = PaymentFilter()) throws(LedgerError) -> [PaymentSummary] {
        try read { reader in
            let sessions = try SessionRecord.rows(reader, .all.newestFirst(by: "opened").ordered(by: "id"))
            let attempts = Dictionary(
                grouping: try RecordedAttempt.rows(reader, .all.ordered(by: "number")), by: \.session)
            let charges = try ChargeRecord.byAttempt(reader)
            let refunds = try RefundRecord.byPayment(reader)
            let isTest = try Self.kind(in: reader) == .test
            return sessions.map { session in
                let tries = attempts[session.id] ?? []
                let charge = tries.lazy.compactMap { charges[$0.key] }.last
                return PaymentSummary(
                    session: session, attempts: tries, charge: charge,
                    refunds: charge.flatMap { refunds[$0.payment] } ?? [], isTest: isTest)
            }.filter(filter.matches)
        }
    }
}
