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
    /// - Throws: ``LedgerError``; nothing may be sent then.
    public func begin(
        _ order: PaymentOrder, with card: CardFacts, at gateway: String
    ) async throws(LedgerError) {
        let process = ProcessIdentity.own
        try await change(isDurable: true) { database, log in
            if try SessionRecord.fetchOne(database, key: order.sessionID) == nil {
                let session = SessionRecord(
                    id: order.sessionID, amount: order.amount, currency: order.currency, reference: order.reference,
                    state: "open", opened: log.at)
                try session.insert(database)
                try log.add("session.opened", session, session.id, to: database)
            }
            let attempt = RecordedAttempt(
                key: order.idempotencyKey, session: order.sessionID, number: order.attempt, amount: order.amount,
                currency: order.currency, reference: order.reference, brand: card.brand.rawValue,
                lastFour: card.lastFour, expiry: card.expiry.printed, state: .sending, gateway: gateway, sent: log.at,
                process: process.id, processStart: process.start)
            try attempt.insert(database)
            try log.add("attempt.sent", attempt, attempt.key, to: database)
        }
    }

    /// Writes down what came of the attempt under `key`; money that was taken becomes a charge.
    public func conclude(_ key: String, _ outcome: PaymentOutcome) async throws(LedgerError) {
        try await change(isDurable: false) { database, log in
            guard var attempt = try RecordedAttempt.fetchOne(database, key: key) else {
                throw LedgerError.noSuch(kind: "attempt", name: key)
            }
            // Somebody else settled it meanwhile; what is final stays.
            guard !attempt.state.isFinal else { return }
            attempt.conclude(outcome, at: log.at)
            try attempt.update(database)
            try log.add("attempt.settled", attempt, key, success: attempt.state == .approved, to: database)
            if attempt.state == .approved, let payment = attempt.payment {
                let charge = ChargeRecord(
                    payment: payment, attempt: key, amount: attempt.amount, currency: attempt.currency, state: .taken,
                    refunded: 0, taken: log.at)
                try charge.insert(database)
                try log.add("charge.taken", charge, payment, to: database)
            }
            if attempt.state == .approved { try Self.close(attempt.session, "approved", database, log) }
        }
    }

    /// Writes down how a session ended: `approved`, `cancelled`, `hung-up`, … One that never asked for money is booked with its order.
    public func end(_ order: PaymentOrder, as state: String) async throws(LedgerError) {
        try await change(isDurable: false) { database, log in
            if try SessionRecord.fetchOne(database, key: order.sessionID) == nil {
                let session = SessionRecord(
                    id: order.sessionID, amount: order.amount, currency: order.currency, reference: order.reference,
                    state: "open", opened: log.at)
                try session.insert(database)
                try log.add("session.opened", session, session.id, to: database)
            }
            try Self.close(order.sessionID, state, database, log)
        }
    }

    private static func close(_ id: String, _ state: String, _ database: Database, _ log: AuditLog) throws {
        guard var session = try SessionRecord.fetchOne(database, key: id), session.state != state else { return }
        session.state = state
        session.closed = log.at
        try session.update(database)
        try log.add("session.ended", session, id, to: database)
    }

    /// Attempts whose outcome nobody knows, oldest first: those that are `unknown`, and those that were sent by a process that is gone.
    public func openAttempts() throws(LedgerError) -> [RecordedAttempt] {
        let open = try read { database in
            try RecordedAttempt.fetchAll(
                database, sql: "SELECT * FROM attempt WHERE state IN ('sending', 'unknown') ORDER BY sent, key")
        }
        return open.filter { $0.state == .unknown || !ProcessIdentity(id: $0.process, start: $0.processStart).isAlive }
    }

    /// The attempts of a session, first to last.
    public func attempts(of session: String) throws(LedgerError) -> [RecordedAttempt] {
        try read { database in
            try RecordedAttempt.fetchAll(
                database, sql: "SELECT * FROM attempt WHERE session = ? ORDER BY number", arguments: [session])
        }
    }

    /// The attempts that are filed under `reference`, oldest first.
    public func attempts(reference: String) throws(LedgerError) -> [RecordedAttempt] {
        try read { database in
            try RecordedAttempt.fetchAll(
                database, sql: "SELECT * FROM attempt WHERE reference = ? ORDER BY sent, key", arguments: [reference])
        }
    }
}
