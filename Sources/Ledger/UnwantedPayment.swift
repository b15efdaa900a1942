internal import GRDB

/// Money that was taken though its session was cancelled: for somebody to give back, or to keep.
public struct UnwantedPayment: Sendable, Hashable {
    /// The gateway's name for the payment.
    public var payment: String
    public var session: String
    /// The gateway that took it: its address.
    public var gateway: String
    /// How the session stands.
    public var state: SessionRecord.State
    /// Whether its void was ordered by the session's own cancel, which came while the gateway was asked, and nobody has tried it yet.
    public var isOrdered: Bool
}

extension UnwantedPayment {
    /// Every such payment, and the attempt that took it, oldest first; those left out that a process is about to take back.
    static func all(in database: Database) throws -> [(attempt: RecordedAttempt, found: UnwantedPayment)] {
        try RecordedAttempt.rows(
            database,
            """
            SELECT \(RecordedAttempt.shape.list) FROM charge JOIN attempt ON attempt.key = charge.attempt
                JOIN session ON session.id = attempt.session
            WHERE charge.state = 'taken' AND charge.refunded = 0 AND (session.cancelled IS NOT NULL
                OR session.state IN ('cancelled', 'void-failed') OR session.state = 'failed' AND session.process IS NULL)
            ORDER BY attempt.sent, attempt.key
            """
        ).compactMap { attempt in
            guard let payment = attempt.payment, let session = try SessionRecord.find(attempt.session, in: database),
                session.state.isFinished || session.isLeft
            else { return nil }
            let tried = try RefundRecord.rows(
                database, "SELECT \(RefundRecord.shape.list) FROM refund WHERE payment = ?", [payment])
            return (
                attempt,
                UnwantedPayment(
                    payment: payment, session: session.id, gateway: attempt.gateway, state: session.state,
                    isOrdered: session.cancelled != nil && tried.isEmpty)
            )
        }
    }
}

extension Ledger {
    /// Payments that look unwanted, oldest first.
    public func unwantedPayments() throws(LedgerError) -> [UnwantedPayment] {
        try read { try UnwantedPayment.all(in: $0).map(\.found) }
    }
}
