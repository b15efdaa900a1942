/// Where a ledger's rows and audit log are kept. The rules know of no other store than this.
///
/// A store keeps the rows of ``RowShape/all`` under their keys, holds what is unique in them, and does each change
/// whole or not at all. SQLite and memory answer to it, and one suite of tests holds both to it.
package protocol LedgerStore: Sendable {
    /// What messages call it.
    var name: String { get }

    /// Does `work` in a transaction, writes the entries of `log` behind the chain's end in the same one, and notes the
    /// new end.
    ///
    /// Work that throws changes nothing; it may be called twice. Changes of many callers may share a transaction.
    /// - Parameters:
    ///   - isDurable: Whether to return only once it outlives a loss of power; without, it outlives the process alone
    ///     until the next durable change.
    ///   - log: The pen of this change.
    ///   - work: What is done.
    /// - Throws: What `work` throws, else a ``StoreFailure``.
    func write(
        isDurable: Bool, _ log: AuditLog, _ work: @escaping @Sendable (any LedgerTransaction, AuditLog) throws -> Void
    ) async throws

    /// What `work` makes of the store as it stands at one moment, without waiting for writers.
    ///
    /// - Throws: What `work` throws, else a ``StoreFailure``.
    func read<Value: Sendable>(_ work: (any LedgerReader) throws -> Value) throws -> Value

    /// What of the store's schema is changed or damaged; empty for a store without one.
    func findings() -> [LedgerFinding]

    /// Lets nothing be written any more, as after a write that was lost.
    func fail()
}

/// A store as it is at one moment.
package protocol LedgerReader {
    /// The row of this key; `nil` if there is none.
    func row(_ key: Field, of shape: RowShape) throws -> StoredRow?
    /// The rows that are wanted, in their order.
    func rows(_ selection: Selection, of shape: RowShape) throws -> [StoredRow]
    /// Gives `body` every row in the order of its key, one at a time; `body` reads nothing else.
    func each(of shape: RowShape, _ body: (StoredRow) throws -> Void) throws
    /// Where the audit log ends.
    func chainHead() throws -> ChainHead
}

/// A change in the making.
package protocol LedgerTransaction: LedgerReader {
    /// Inserts a row; whether it did.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - unlessThere: Whether a row of its key is no failure.
    func insert(_ row: NewRow, unlessThere: Bool) throws -> Bool
    /// Changes a row if it is as it was known, or in any case if nothing is known; gives whether it did.
    func update(_ row: ChangedRow) throws -> Bool
    /// Adds entries to the audit log.
    func append(_ entries: [AuditEntry]) throws
}

/// What kept a store from reading or writing.
package struct StoreFailure: Error, Sendable, Hashable {
    /// In words.
    package var reason: String
    /// The store's own code for it: SQLite's extended result code, or `errno` of the disk.
    package var code: Int?
    /// The statement that failed, without any value.
    package var statement: String?
    /// Whether the disk lost something that was written.
    package var isLost = false

    package init(_ reason: String, code: Int? = nil, statement: String? = nil, isLost: Bool = false) {
        self.reason = reason
        self.code = code
        self.statement = statement
        self.isLost = isLost
    }
}

extension StoreFailure: CustomStringConvertible {
    /// The words, the code and the beginning of the statement.
    package var description: String {
        let ends = [code.map { "code \($0)" }, statement.map { "in " + $0.prefix(60) }].compactMap { $0 }
        return ends.isEmpty ? reason : "\(reason) (\(ends.joined(separator: ", ")))"
    }
}
