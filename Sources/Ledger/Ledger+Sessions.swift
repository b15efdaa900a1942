internal import GRDB
public import PaymentSession

extension Ledger {
    /// Opens a session under a name that the ledger does not have yet; on the disk when this returns.
    ///
    /// - Throws: ``LedgerError/sessionKnown(path:name:)``
    public func open(_ order: PaymentOrder) async throws(LedgerError) {
        let time = now()
        let session = try NewRow(newSession(order, at: time))
        try await change(isDurable: true, at: time) { [path] database, log in
            guard try SessionRecord.find(order.sessionID, in: database) == nil else {
                throw LedgerError.sessionKnown(path: path, name: order.sessionID)
            }
            try log.insert(session, as: "session.opened", into: database)
        }
    }

    /// A session of this process, as `order` opens it.
    func newSession(_ order: PaymentOrder, at time: Int) -> SessionRecord {
        SessionRecord(
            id: order.sessionID, amount: order.amount, currency: order.currency, reference: order.reference,
            state: .open, opened: time, process: process.id, processStart: process.start, test: testMark)
    }

    /// Writes down that somebody cancelled a session while the gateway was asked: an approval that comes is taken back, by this process or
    /// by the next start.
    public func cancel(_ order: PaymentOrder, by party: Party) async throws(LedgerError) {
        try await change(isDurable: true) { database, log in
            guard var session = try SessionRecord.find(order.sessionID, in: database), !session.state.isFinished,
                session.cancelled == nil
            else { return }
            session.cancelled = party
            try session.update(in: database)
            try log.add("session.cancelled", session, to: database)
        }
    }

    /// Writes down how a session ended. One that the ledger does not know is written with its order.
    ///
    /// - Throws: ``LedgerError/sessionFinished(name:state:)`` where it ended otherwise before: nothing changes a finished session.
    public func end(_ order: PaymentOrder, as state: SessionRecord.State) async throws(LedgerError) {
        let time = now()
        let session = try NewRow(newSession(order, at: time))
        try await change(isDurable: false, at: time) { database, log in
            try log.insert(session, as: "session.opened", unlessThere: true, into: database)
            guard let session = try SessionRecord.find(order.sessionID, in: database), session.state != state else {
                return
            }
            guard !session.state.isFinished else {
                throw LedgerError.sessionFinished(name: session.id, state: session.state.rawValue)
            }
            try Self.close(session, as: state, database, log)
        }
    }

    static func close(
        _ session: SessionRecord, as state: SessionRecord.State, _ database: Database, _ log: AuditLog
    ) throws {
        var closed = session
        closed.state = state
        closed.closed = log.at
        try closed.update(in: database)
        try log.add("session.ended", closed, to: database)
    }

    /// Ends sessions whose process is gone, and those that ended in doubt, by what became of their attempts; a session with an attempt
    /// that is still open, or with money that is to be taken back, stays as it is.
    func closeLeftSessions() async throws(LedgerError) {
        let left = try read { try SessionRecord.unfinished(in: $0) }.filter { $0.isLeft }
        guard !left.isEmpty else { return }
        try await change(isDurable: false) { database, log in
            for session in left { try Self.closeIfLeft(session.id, database, log) }
        }
    }

    static func closeIfLeft(_ id: String, _ database: Database, _ log: AuditLog) throws {
        guard let session = try SessionRecord.find(id, in: database), session.isLeft else { return }
        let attempts = try RecordedAttempt.rows(
            database, "SELECT \(RecordedAttempt.shape.list) FROM attempt WHERE session = ? ORDER BY number", [id])
        guard attempts.allSatisfy(\.state.isFinal) else { return }
        let charge = try attempts.last { $0.state == .approved }.flatMap { try ChargeRecord.made(by: $0, in: database) }
        guard let state = session.stateLeft(by: attempts, charge), state != session.state else { return }
        try close(session, as: state, database, log)
    }
}

extension SessionRecord {
    static func unfinished(in database: Database) throws -> [SessionRecord] {
        try rows(
            database,
            "SELECT \(shape.list) FROM session WHERE state IN ('open', 'unknown', 'void-failed') ORDER BY opened, id")
    }

    /// Whether no process goes on with it, though it has no end that is known.
    var isLeft: Bool { !state.isFinished && (state != .open || !isOfLivingProcess) }

    /// Whether an approval of it is to be taken back.
    var isCancelled: Bool { cancelled != nil || state == .voidFailed }

    private var isOfLivingProcess: Bool {
        guard let process, let processStart else { return false }
        return ProcessIdentity(id: process, start: processStart).isAlive
    }

    /// How a session ended that nobody ended; `nil` where its money is to be taken back first.
    fileprivate func stateLeft(by attempts: [RecordedAttempt], _ charge: ChargeRecord?) -> State? {
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
