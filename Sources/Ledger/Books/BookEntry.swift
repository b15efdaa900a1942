internal import GRDB

/// A session with all that the books have of it.
public struct BookEntry: Sendable, Hashable {
    public var session: SessionRecord
    /// In order.
    public var attempts: [RecordedAttempt] = []
    /// The money it took; `nil` where it took none.
    public var charge: ChargeRecord?
    /// What was given back of it, or asked for, oldest first.
    public var refunds: [RefundRecord] = []
    /// Whether no money moved: what the ledger is, all its rows are.
    public var isTest = false

    /// How it stands now, in a word: what became of its money goes before how the session ended.
    public var outcome: String {
        if let charge { return charge.state.outcome }
        return attempts.last?.state == .unknown ? "unknown" : session.state.rawValue
    }
}

extension ChargeRecord.State {
    /// The word for a payment whose money stands so.
    public var outcome: String { self == .taken ? "approved" : rawValue }
}

extension Ledger {
    /// All sessions, newest first.
    public func sessions() throws(LedgerError) -> [SessionRecord] { try entries().map(\.session) }

    /// The sessions that pass `filter`, newest first.
    public func entries(_ filter: BookFilter = BookFilter()) throws(LedgerError) -> [BookEntry] {
        try read { database in
            let sessions = try SessionRecord.rows(
                database, "SELECT \(SessionRecord.shape.list) FROM session ORDER BY opened DESC, id")
            let attempts = Dictionary(
                grouping: try RecordedAttempt.rows(
                    database, "SELECT \(RecordedAttempt.shape.list) FROM attempt ORDER BY number"), by: \.session)
            let charges = try ChargeRecord.byAttempt(database)
            let refunds = try RefundRecord.byPayment(database)
            let isTest = try Self.kind(in: database) == .test
            return sessions.map { session in
                let tries = attempts[session.id] ?? []
                let charge = tries.lazy.compactMap { charges[$0.key] }.last
                return BookEntry(
                    session: session, attempts: tries, charge: charge,
                    refunds: charge.flatMap { refunds[$0.payment] } ?? [], isTest: isTest)
            }.filter(filter.passes)
        }
    }
}

extension ChargeRecord {
    /// All charges by the attempt that took them.
    static func byAttempt(_ database: Database) throws -> [String: ChargeRecord] {
        let charges = try rows(database, "SELECT \(shape.list) FROM charge")
        return Dictionary(charges.map { ($0.attempt, $0) }, uniquingKeysWith: { $1 })
    }
}

extension RefundRecord {
    /// All refunds by their payment, oldest first.
    static func byPayment(_ database: Database) throws -> [String: [RefundRecord]] {
        Dictionary(
            grouping: try rows(database, "SELECT \(shape.list) FROM refund ORDER BY asked, key"), by: \.payment)
    }
}
