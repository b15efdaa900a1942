internal import PaymentSession
internal import Synchronization

extension Ledger {
    /// The kind of payments in the ledger; `nil` if it has none yet.
    ///
    /// An older ledger did not record it. It counts as a ledger of test payments only if all of its gateways are on
    /// this machine.
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

    /// Makes this a ledger of payments of `kind` if it has no kind yet.
    ///
    /// - Returns: The identity of the ledger.
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)``
    @discardableResult
    package func adopt(_ kind: PaymentKind) async throws(LedgerError) -> LedgerIdentity {
        try require(kind)
        if let known = try read({ try LedgerIdentity.find(in: $0) }) { return remember(known) }
        let row = try NewRow(LedgerIdentity(id: PaymentOrder.newKeyScope(), kind: kind))
        try await change(isDurable: true) { transaction, log in
            // Another process may have done it first.
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
        // Plain http is used only within this machine, so no other machine was asked.
        return gateways.allSatisfy { $0.lowercased().hasPrefix("http://") } ? .test : .real
    }
}
