internal import PaymentSession
internal import Synchronization

extension Ledger {
    /// What kind of payments the ledger holds; `nil` if it holds none yet.
    ///
    /// A ledger of before this was recorded is taken for one of tests only where every gateway of it is on this
    /// machine.
    package func kind() throws(LedgerError) -> PaymentKind? {
        try read { try Self.kind(in: $0) }
    }

    /// Refuses a ledger that holds payments of the other kind.
    ///
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)``
    package func require(_ kind: PaymentKind) throws(LedgerError) {
        guard let held = try self.kind(), held != kind else { return }
        throw .holdsOtherKind(path: path, held)
    }

    /// Makes this a ledger of payments of `kind` where it is none yet.
    ///
    /// - Returns: What it is from now on.
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)``
    @discardableResult
    package func adopt(_ kind: PaymentKind) async throws(LedgerError) -> LedgerIdentity {
        try require(kind)
        if let known = try read({ try LedgerIdentity.find(in: $0) }) { return remember(known) }
        let row = try NewRow(LedgerIdentity(id: PaymentOrder.newKeyScope(), kind: kind))
        try await change(isDurable: true) { transaction, log in
            // Another process may have been first.
            guard try LedgerIdentity.find(in: transaction) == nil else { return }
            try log.insert(row, as: "ledger.made", to: transaction)
        }
        try require(kind)
        guard let made = try read({ try LedgerIdentity.find(in: $0) }) else {
            throw .writeFailed(path: path, StoreFailure("what was written is not there"))
        }
        return remember(made)
    }

    private func remember(_ identity: LedgerIdentity) -> LedgerIdentity {
        adopted.withLock { $0 = identity }
        return identity
    }

    static func kind(in reader: any LedgerReader) throws -> PaymentKind? {
        try LedgerIdentity.find(in: reader)?.kind ?? kindOfOldLedger(reader)
    }

    private static func kindOfOldLedger(_ reader: any LedgerReader) throws -> PaymentKind? {
        let gateways = Set(try RecordedAttempt.rows(reader).map(\.gateway))
        if gateways.isEmpty { return nil }
        // Without encryption no other machine was ever asked.
        return gateways.allSatisfy { $0.lowercased().hasPrefix("http://") } ? .test : .real
    }
}
