/// Money that was taken though its session was cancelled. A person refunds or keeps it.
package struct UnwantedPayment: Sendable, Hashable {
    /// The gateway's name for the payment.
    package var payment: String
    package var session: String
    /// The gateway that took it: its address.
    package var gateway: String
    /// How the session stands.
    package var state: SessionRecord.State
    /// Whether the session's own cancel ordered its void, and no void was tried yet.
    package var isOrdered: Bool
}

extension UnwantedPayment {
    /// Every such payment, and the attempt that took it, oldest first; those left out that a process is about to take
    /// back.
    static func all(
        in reader: any LedgerReader, _ processes: ProcessTable
    ) throws -> [(attempt: RecordedAttempt, found: UnwantedPayment)] {
        let givenUp = [SessionRecord.State.cancelled, .voidFailed, .failed].map(\.rawValue)
        let sessions =
            try SessionRecord.rows(reader, .rows(where: .isSet("cancelled")))
            + SessionRecord.rows(reader, .rows(where: .isOneOf("state", givenUp)))
        var seen: Set<String> = []
        var all: [(attempt: RecordedAttempt, found: UnwantedPayment)] = []
        for session in sessions where seen.insert(session.id).inserted && session.isGivenUp(processes) {
            for attempt in try RecordedAttempt.of(session.id, in: reader) {
                guard let charge = try ChargeRecord.made(by: attempt, in: reader), charge.state == .taken,
                    charge.refunded == 0
                else { continue }
                let isTried = try !RefundRecord.of(charge.payment, in: reader).isEmpty
                let found = UnwantedPayment(
                    payment: charge.payment, session: session.id, gateway: attempt.gateway, state: session.state,
                    isOrdered: session.cancelled != nil && !isTried)
                all.append((attempt, found))
            }
        }
        return all.sorted { ($0.attempt.sent, $0.attempt.key) < ($1.attempt.sent, $1.attempt.key) }
    }
}

extension SessionRecord {
    /// Whether it has ended, or was left, and what it took was not wanted.
    fileprivate func isGivenUp(_ processes: ProcessTable) -> Bool {
        // A session that failed after a process claimed it took its money in good order.
        (state != .failed || process == nil || cancelled != nil) && (state.isFinished || isAbandoned(processes))
    }
}

extension Ledger {
    /// Payments that look unwanted, oldest first.
    package func unwantedPayments() throws(LedgerError) -> [UnwantedPayment] {
        try read { [processes] in try UnwantedPayment.all(in: $0, processes).map(\.found) }
    }
}
