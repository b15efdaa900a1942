/// Stores a ledger's rows and audit log. The rules know only this protocol.
///
/// A store keeps the rows of ``RowShape/all`` under their keys, enforces unique values, and makes each change
/// completely or not at all. SQLite and memory implement it, and the same test suite runs on both.
package protocol LedgerStore: Sendable {
    /// The store's name in messages.
    var name: String { get }

    /// Runs `work` in a transaction. The same transaction appends the entries of `log` to the chain and stores the new
    /// end.
    ///
    /// If `work` throws, nothing is changed. `work` may be called twice. Changes of several callers may share a
    /// transaction.
    ///
    /// - Parameters:
    ///   - isDurable: Whether to return only after the change survives a loss of power. Otherwise, until the next
    ///     durable change, it survives only the end of the process.
    ///   - log: Collects the log entries of this change.
    ///   - work: Makes the change.
    /// - Throws: The error of `work`, else a ``StoreFailure``.
    func write(
        isDurable: Bool, _ log: AuditLog, _ work: @escaping @Sendable (any LedgerTransaction, AuditLog) throws -> Void
    ) async throws

    /// The result of `work` on a snapshot of the store. It does not wait for writers.
    ///
    /// - Throws: The error of `work`, else a ``StoreFailure``.
    func read<Value: Sendable>(_ work: (any LedgerReader) throws -> Value) throws -> Value

    /// Changes and damage in the store's schema; empty for a store without a schema.
    func findings() -> [LedgerFinding]

    /// Refuses all further writes, as after a lost write.
    func fail()
}

/// A snapshot of a store.
package protocol LedgerReader {
    /// The row of this key, or `nil`.
    func row(_ key: Field, of shape: RowShape) throws -> StoredRow?
    /// The selected rows, in order.
    func rows(_ selection: Selection, of shape: RowShape) throws -> [StoredRow]
    /// Calls `body` with every row in the order of its key. `body` must not read anything else.
    func each(of shape: RowShape, _ body: (StoredRow) throws -> Void) throws
    /// The end of the audit log.
    func chainHead() throws -> ChainHead
}

/// A transaction in progress.
package protocol LedgerTransaction: LedgerReader {
    /// Inserts a row. Returns whether it did.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - unlessThere: Whether an existing row with its key is accepted.
    func insert(_ row: NewRow, unlessThere: Bool) throws -> Bool
    /// Changes a row if it has its known state, or in any case if none is given. Returns whether it did.
    func update(_ row: ChangedRow) throws -> Bool
    /// Adds entries to the audit log.
    func append(_ entries: [AuditEntry]) throws
}

/// An error of a store while reading or writing.
package struct StoreFailure: Error, Sendable, Hashable {
    /// The reason in words.
    package var reason: String
    /// The store's error code: SQLite's extended result code, or `errno` of the disk.
    package var code: Int?
    /// The failed statement, without its values.
    package var statement: String?
    /// Whether the disk lost a write.
    package var isLost = false

    package init(_ reason: String, code: Int? = nil, statement: String? = nil, isLost: Bool = false) {
        self.reason = reason
        self.code = code
        self.statement = statement
        self.isLost = isLost
    }
}

extension StoreFailure: CustomStringConvertible {
    /// The reason, the code and the beginning of the statement.
    package var description: String {
        let ends = [code.map { "code \($0)" }, statement.map { "in " + $0.prefix(60) }].compactMap { $0 }
        return ends.isEmpty ? reason : "\(reason) (\(ends.joined(separator: ", ")))"
    }
}
