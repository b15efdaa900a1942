internal import GRDB
public import PaymentSession

/// What may be kept of a card.
public struct CardFacts: Sendable, Hashable {
    public var brand: CardBrand
    public var lastFour: String
    public var expiry: CardExpiry

    /// What may be kept of `card`.
    public init(_ card: borrowing CardDetails) {
        brand = card.brand
        lastFour = card.lastFour
        expiry = card.expiry
    }

    public init(brand: CardBrand, lastFour: String, expiry: CardExpiry) {
        self.brand = brand
        self.lastFour = lastFour
        self.expiry = expiry
    }
}

extension Ledger {
    /// Writes down that an attempt is about to be sent to the gateway at `gateway`, and its session if it is the first.
    ///
    /// - Returns: The attempt as it was written, for ``conclude(_:_:token:)-(RecordedAttempt,_,_)``.
    /// - Throws: ``LedgerError``; nothing may be sent then.
    @discardableResult
    public func begin(
        _ order: PaymentOrder, with card: CardFacts, at gateway: String
    ) async throws(LedgerError) -> RecordedAttempt {
        let process = ProcessIdentity.own
        let time = now()
        let session = try NewRow(SessionRecord(of: order, opened: time))
        let attempt = RecordedAttempt(
            key: order.idempotencyKey, session: order.sessionID, number: order.attempt, amount: order.amount,
            currency: order.currency, reference: order.reference, brand: card.brand.rawValue, lastFour: card.lastFour,
            expiry: card.expiry.printed, state: .sending, gateway: gateway, sent: time, process: process.id,
            processStart: process.start)
        let row = try NewRow(attempt)
        try await change(isDurable: true, at: time) { database, log in
            try log.insert(session, as: "session.opened", unlessThere: true, into: database)
            try log.insert(row, as: "attempt.sent", into: database)
        }
        return attempt
    }

    /// Writes down what came of an attempt, as ``begin(_:with:at:)`` gave it; money that was taken becomes a charge.
    ///
    /// All that is written is worked out before the one writer has its turn, for the case that nobody has changed the attempt or its session
    /// since; it is the usual one.
    ///
    /// - Parameter token: What stands for the card at the gateway.
    public func conclude(
        _ attempt: RecordedAttempt, _ outcome: PaymentOutcome, token: CardToken? = nil
    ) async throws(LedgerError) {
        let time = now()
        let settled = try SettledAttempt(attempt.concluded(outcome, token: token, at: time), from: attempt, at: time)
        try await change(isDurable: false, at: time) { database, log in
            guard try settled.write(to: database, log) else {
                return try Self.conclude(attempt.key, outcome, token, database, log)
            }
        }
    }

    /// Writes down what came of the attempt under `key`; money that was taken becomes a charge.
    ///
    /// - Parameter token: What stands for the card at the gateway.
    public func conclude(_ key: String, _ outcome: PaymentOutcome, token: CardToken? = nil) async throws(LedgerError) {
        try await change(isDurable: false) { database, log in
            try Self.conclude(key, outcome, token, database, log)
        }
    }

    private static func conclude(
        _ key: String, _ outcome: PaymentOutcome, _ token: CardToken?, _ database: Database, _ log: AuditLog
    ) throws {
        guard let attempt = try RecordedAttempt.find(key, in: database) else {
            throw LedgerError.noSuch(kind: "attempt", name: key)
        }
        // Somebody else settled it meanwhile; what is final stays.
        guard !attempt.state.isFinal else { return }
        try settle(attempt.concluded(outcome, token: token, at: log.at), from: attempt, database, log)
    }

    /// Writes down an attempt that has its outcome, and stood as `known` in this transaction; money that was taken becomes a charge.
    static func settle(
        _ attempt: RecordedAttempt, from known: RecordedAttempt, _ database: Database, _ log: AuditLog
    ) throws {
        _ = try SettledAttempt(attempt, from: known, at: log.at).write(to: database, log)
    }

    /// Writes down how a session ended: `approved`, `cancelled`, `hung-up`, … One that never asked for money is booked with its order.
    ///
    /// Called off while the gateway is asked, it is told at once: whatever becomes of this process, an approval is taken back then by
    /// ``settleOpen(with:at:)``.
    public func end(_ order: PaymentOrder, as state: String) async throws(LedgerError) {
        let time = now()
        let session = try NewRow(SessionRecord(of: order, opened: time))
        try await change(isDurable: false, at: time) { database, log in
            try log.insert(session, as: "session.opened", unlessThere: true, into: database)
            try Self.close(order.sessionID, state, database, log)
        }
    }

    static func close(
        _ id: String, _ state: String, unlessUnwanted: Bool = false, _ database: Database, _ log: AuditLog
    ) throws {
        guard let session = try SessionRecord.find(id, in: database), session.state != state else { return }
        // That nobody knows the outcome stands with the attempt; that it is not wanted stands here alone.
        if session.isUnwanted, unlessUnwanted || state == "unknown" { return }
        let closed = session.closed(as: state, at: log.at)
        try closed.update(in: database)
        try log.add("session.ended", closed, to: database)
    }

    /// Attempts whose outcome nobody knows, oldest first: those that are `unknown`, and those that were sent by a process that is gone.
    public func openAttempts() throws(LedgerError) -> [RecordedAttempt] {
        let open = try read { database in
            try RecordedAttempt.rows(
                database,
                "SELECT \(RecordedAttempt.shape.list) FROM attempt WHERE state IN ('sending', 'unknown') ORDER BY sent, key"
            )
        }
        return open.filter(\.isOrphaned)
    }

    /// The attempts of a session, first to last.
    public func attempts(of session: String) throws(LedgerError) -> [RecordedAttempt] {
        try read { database in
            try RecordedAttempt.rows(
                database, "SELECT \(RecordedAttempt.shape.list) FROM attempt WHERE session = ? ORDER BY number",
                [session])
        }
    }

    /// The attempts that are filed under `reference`, oldest first.
    public func attempts(reference: String) throws(LedgerError) -> [RecordedAttempt] {
        try read { database in
            try RecordedAttempt.rows(
                database, "SELECT \(RecordedAttempt.shape.list) FROM attempt WHERE reference = ? ORDER BY sent, key",
                [reference])
        }
    }
}

extension SessionRecord {
    /// The session that `order` opens.
    fileprivate init(of order: PaymentOrder, opened: Int) {
        self.init(
            id: order.sessionID, amount: order.amount, currency: order.currency, reference: order.reference,
            state: "open", opened: opened)
    }

    /// The session as it stands once it has ended.
    fileprivate func closed(as state: String, at time: Int) -> Self {
        var session = self
        session.state = state
        session.closed = time
        return session
    }
}

/// An attempt that has its outcome, with all that is written of it.
private struct SettledAttempt: Sendable {
    private let attempt: ChangedRow
    private let isApproved: Bool
    private let charge: NewRow?
    /// The session that it ends, as it would be if the attempt was its first and nobody has ended it.
    private let session: (id: String, row: ChangedRow)?

    /// - Parameter known: How the attempt is thought to stand.
    init(_ settled: RecordedAttempt, from known: RecordedAttempt, at time: Int) throws(LedgerError) {
        attempt = ChangedRow(settled, from: known)
        isApproved = settled.state == .approved
        guard isApproved else {
            (charge, session) = (nil, nil)
            return
        }
        charge = try settled.charge(at: time).map { charge throws(LedgerError) in try NewRow(charge) }
        let open = SessionRecord(of: settled.order, opened: settled.sent)
        session = (open.id, ChangedRow(open.closed(as: "approved", at: time), from: open))
    }

    /// Writes it; `false` where the attempt does not stand as it was known, and nothing is written.
    func write(to database: Database, _ log: AuditLog) throws -> Bool {
        guard try log.update(attempt, as: "attempt.settled", success: isApproved, in: database) else { return false }
        if let charge { try log.insert(charge, as: "charge.taken", into: database) }
        if let session, try !log.update(session.row, as: "session.ended", in: database) {
            // A late approval: that the session was called off still holds.
            try Ledger.close(session.id, "approved", unlessUnwanted: true, database, log)
        }
        return true
    }
}

extension RecordedAttempt {
    /// The attempt with what came of it.
    fileprivate func concluded(_ outcome: PaymentOutcome, token: CardToken?, at time: Int) -> Self {
        var attempt = self
        attempt.conclude(outcome, at: time)
        attempt.token = token?.disclosed ?? attempt.token
        return attempt
    }

    /// The money that it took; `nil` where no payment is known.
    fileprivate func charge(at time: Int) -> ChargeRecord? {
        payment.map {
            ChargeRecord(
                payment: $0, attempt: key, amount: amount, currency: currency, state: .taken, refunded: 0, taken: time)
        }
    }
}
