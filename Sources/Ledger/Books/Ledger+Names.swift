internal import GRDB

extension Ledger {
    /// The session that somebody means by `name`: its own, or what ``payment(named:)`` takes.
    public func entry(named name: String) throws(LedgerError) -> BookEntry {
        var filter = BookFilter()
        filter.session = name
        if let found = try entries(filter).first { return found }
        let charge = try payment(named: name)
        filter.session = try read { try RecordedAttempt.find(charge.attempt, in: $0)?.session }
        guard let found = try entries(filter).first else { throw .noSuch(kind: "session", name: name) }
        return found
    }

    /// The payment that somebody means by `name`: the gateway's name for it, its session's name, or an attempt's idempotency key or its
    /// session's name, `-` and its number.
    ///
    /// - Throws: ``LedgerError/ambiguous(name:candidates:)`` where several are meant, ``LedgerError/noSuch(kind:name:)`` where none is,
    ///   ``LedgerError/noMoney(session:state:)`` where the session took none.
    public func payment(named name: String) throws(LedgerError) -> ChargeRecord {
        let found = try read { database in
            let list = ChargeRecord.shape.list
            return try ChargeRecord.rows(
                database,
                """
                SELECT \(list) FROM charge WHERE payment = ?1
                UNION SELECT \(list) FROM charge JOIN attempt ON attempt.key = charge.attempt
                    WHERE attempt.session = ?1 OR attempt.key = ?1 OR attempt.session || '-' || attempt.number = ?1
                ORDER BY payment
                """,
                [name])
        }
        if found.count > 1 { throw .ambiguous(name: name, candidates: found.map(\.payment)) }
        if let charge = found.first { return charge }
        guard let session = try read({ try SessionRecord.find(name, in: $0) }) else {
            throw .noSuch(kind: "payment, session or key", name: name)
        }
        throw .noMoney(session: name, state: session.state.rawValue)
    }
}
