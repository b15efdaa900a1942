internal import GRDB
internal import PaymentSession
internal import Synchronization

extension Ledger {
    /// What kind of payments the ledger holds; `nil` where it holds none yet.
    ///
    /// A ledger of before this was written down is taken for one of tests only where every gateway of it is on this machine.
    public func kind() throws(LedgerError) -> PaymentKind? {
        try read { try Self.kind(in: $0) }
    }

    /// Refuses a ledger that holds payments of the other kind.
    ///
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)``
    public func require(_ kind: PaymentKind) throws(LedgerError) {
        guard let held = try self.kind(), held != kind else { return }
        throw .holdsOtherKind(path: path, held)
    }

    /// Makes this a ledger of payments of `kind` where it is none yet.
    ///
    /// - Returns: What it is from now on.
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)``
    @discardableResult
    public func adopt(_ kind: PaymentKind) async throws(LedgerError) -> LedgerIdentity {
        try require(kind)
        if let known = try read({ try LedgerIdentity.find(in: $0) }) { return remember(known) }
        let row = try NewRow(LedgerIdentity(id: PaymentOrder.newKeyScope(), kind: kind))
        try await change(isDurable: true) { database, log in
            // Another process may have been first.
            guard try LedgerIdentity.find(in: database) == nil else { return }
            try log.insert(row, as: "ledger.made", into: database)
        }
        try require(kind)
        guard let made = try read({ try LedgerIdentity.find(in: $0) }) else {
            throw .writeFailed(path: path, reason: "what was written is not there")
        }
        return remember(made)
    }

    private func remember(_ identity: LedgerIdentity) -> LedgerIdentity {
        adopted.withLock { $0 = identity }
        return identity
    }

    static func kind(in database: Database) throws -> PaymentKind? {
        try LedgerIdentity.find(in: database)?.kind ?? kindOfBefore(database)
    }

    private static func kindOfBefore(_ database: Database) throws -> PaymentKind? {
        let gateways = try String.fetchAll(database, sql: "SELECT DISTINCT gateway FROM attempt")
        if gateways.isEmpty { return nil }
        // Without encryption no other machine was ever asked.
        return gateways.allSatisfy { $0.lowercased().hasPrefix("http://") } ? .test : .real
    }
}
