extension Ledger {
    /// The session called `name`, or the session of ``payment(named:)``.
    package func entry(named name: String) throws(LedgerError) -> PaymentSummary {
        var filter = PaymentFilter()
        filter.session = name
        if let found = try entries(filter).first { return found }
        let charge = try payment(named: name)
        filter.session = try read { try RecordedAttempt.find(charge.attempt, in: $0)?.session }
        guard let found = try entries(filter).first else { throw .noSuch(kind: "session", name: name) }
        return found
    }

    /// The payment with the name `name`: the gateway's payment ID, its session's name, an attempt's idempotency key, or
    /// the session's name, `-` and the attempt's number.
    ///
    /// - Throws: ``LedgerError/ambiguous(name:candidates:)`` if several payments match,
    ///   ``LedgerError/noSuch(kind:name:)`` if none does, ``LedgerError/nothingTaken(session:state:)`` if the session
    ///   took no money.
    package func payment(named name: String) throws(LedgerError) -> ChargeRecord {
        let found = try read { reader in
            var charges = try ChargeRecord.of(name, in: reader)
            if let named = try ChargeRecord.find(name, in: reader) { charges.append(named) }
            let attempts = [try RecordedAttempt.find(name, in: reader), try RecordedAttempt.named(name, in: reader)]
            charges += try attempts.compactMap { try $0.flatMap { try ChargeRecord.made(by: $0, in: reader) } }
            return Set(charges).sorted { $0.payment < $1.payment }
        }
        if found.count > 1 { throw .ambiguous(name: name, candidates: found.map(\.payment)) }
        if let charge = found.first { return charge }
        guard let session = try read({ try SessionRecord.find(name, in: $0) }) else {
            throw .noSuch(kind: "payment, session or key", name: name)
        }
        throw .nothingTaken(session: name, state: session.state.rawValue)
    }
}
