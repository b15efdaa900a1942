/// A payment that was taken although its session was cancelled. A person returns or keeps the money.
package struct UnwantedPayment: Sendable, Hashable {
    /// The gateway's ID of the payment.
    package var payment: String
    package var session: String
    /// The address of the gateway that took it.
    package var gateway: String
    /// The state of the session.
    package var state: SessionRecord.State
    /// Whether the session's own cancellation ordered its void, and the void was not tried yet.
    package var isOrdered: Bool
}

extension UnwantedPayment {
    /// All unwanted payments with the attempts that took them, oldest first. Payments that a process is about to void
    /// are left out.
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
    /// Whether it has ended or was abandoned, and its payment was not wanted.
    fileprivate func isGivenUp(_ processes: ProcessTable) -> Bool {
        // A session that failed after a process claimed it took its money properly.
        (state != .failed || process == nil || cancelled != nil) && (state.isFinished || isAbandoned(processes))
    }
}

extension Ledger {
    /// Payments that look unwanted, oldest first.
    package func unwantedPayments() throws(LedgerError) -> [UnwantedPayment] {
        try read { [processes] in try UnwantedPayment.all(in: $0, processes).map(\.found) }
    }
}
