package import PaymentSession

extension Ledger {
    /// Opens a session with a new name. It is on the disk when this returns.
    ///
    /// - Parameter merchant: The payee.
    /// - Throws: ``LedgerError/sessionExists(path:name:)``
    package func open(_ order: PaymentOrder, merchant: Merchant? = nil) async throws(LedgerError) {
        let time = now()
        var record = newSession(order, at: time)
        record.merchant = merchant?.disclosed
        let session = try NewRow(record)
        try await change(isDurable: true, at: time) { [path] transaction, log in
            guard try SessionRecord.find(order.sessionID, in: transaction) == nil else {
                throw LedgerError.sessionExists(path: path, name: order.sessionID)
            }
            try log.insert(session, as: "session.opened", to: transaction)
        }
    }

    /// A session of this process for `order`.
    func newSession(_ order: PaymentOrder, at time: Int) -> SessionRecord {
        SessionRecord(
            id: order.sessionID, amount: order.amount, currency: order.currency, reference: order.reference,
            state: .open, opened: time, process: processes.own.id, processStart: processes.own.start, test: testMark)
    }

    /// Records a cancellation during a request to the gateway. An approval is then voided, by this process or at the
    /// next start.
    package func cancel(_ order: PaymentOrder, by party: Party) async throws(LedgerError) {
        try await change(isDurable: true) { transaction, log in
            guard var session = try SessionRecord.find(order.sessionID, in: transaction), !session.state.isFinished,
                session.cancelled == nil
            else { return }
            session.cancelled = party
            try session.update(in: transaction)
            try log.add("session.cancelled", session, to: transaction)
        }
    }

    /// Records the end of a session. A session that the ledger does not have is written with its order.
    ///
    /// - Throws: ``LedgerError/sessionEnded(name:state:)`` if it ended with another state before. An ended session does
    ///   not change.
    package func end(_ order: PaymentOrder, as state: SessionRecord.State) async throws(LedgerError) {
        let time = now()
        let session = try NewRow(newSession(order, at: time))
        try await change(isDurable: false, at: time) { transaction, log in
            try log.insert(session, as: "session.opened", unlessThere: true, to: transaction)
            guard let session = try SessionRecord.find(order.sessionID, in: transaction), session.state != state else {
                return
            }
            guard !session.state.isFinished else {
                throw LedgerError.sessionEnded(name: session.id, state: session.state.rawValue)
            }
            try Self.close(session, as: state, transaction, log)
        }
    }

    static func close(
        _ session: SessionRecord, as state: SessionRecord.State, _ transaction: any LedgerTransaction, _ log: AuditLog
    ) throws {
        var closed = session
        closed.state = state
        closed.closed = log.at
        try closed.update(in: transaction)
        try log.add("session.ended", closed, to: transaction)
    }

    /// Ends sessions whose process has ended, and sessions that ended in doubt, by the outcomes of their attempts. A
    /// session with an open attempt, or with money that must be voided, stays as it is.
    func closeAbandonedSessions() async throws(LedgerError) {
        let left = try read { try SessionRecord.unfinished(in: $0) }.filter { $0.isAbandoned(processes) }
        guard !left.isEmpty else { return }
        try await change(isDurable: false) { [processes] transaction, log in
            for session in left { try Self.closeIfAbandoned(session.id, processes, transaction, log) }
        }
    }

    static func closeIfAbandoned(
        _ id: String, _ processes: ProcessTable, _ transaction: any LedgerTransaction, _ log: AuditLog
    ) throws {
        guard let session = try SessionRecord.find(id, in: transaction), session.isAbandoned(processes) else { return }
        let attempts = try RecordedAttempt.of(id, in: transaction)
        guard attempts.allSatisfy(\.state.isFinal) else { return }
        let charge = try attempts.last { $0.state == .approved }.flatMap {
            try ChargeRecord.made(by: $0, in: transaction)
        }
        guard let state = session.stateOfAbandoned(by: attempts, charge), state != session.state else { return }
        try close(session, as: state, transaction, log)
    }
}

extension SessionRecord {
    static func unfinished(in reader: any LedgerReader) throws -> [SessionRecord] {
        try rows(reader, .rows(where: .isOneOf("state", unfinished)).ordered(by: "opened", "id"))
    }

    private static let unfinished = State.allCases.filter { !$0.isFinished }.map(\.rawValue)

    /// Whether no process continues it although its end is unknown.
    func isAbandoned(_ processes: ProcessTable) -> Bool {
        !state.isFinished && (state != .open || !processes.isAlive(process, processStart))
    }

    /// Whether an approval must be voided.
    var isCancelled: Bool { cancelled != nil || state == .voidFailed }

    /// The state of an abandoned session; `nil` if its money must be voided first.
    fileprivate func stateOfAbandoned(by attempts: [RecordedAttempt], _ charge: ChargeRecord?) -> State? {
        if let charge {
            guard isCancelled else { return .approved }
            return charge.state == .voided || charge.state == .refunded ? .voided : nil
        }
        if isCancelled { return .cancelled }
        return switch attempts.last?.state {
        case .declined: .declined
        case .rejected: .rejected
        case .notTaken: .notTaken
        default: .interrupted
        }
    }
}
