internal import SecretProtocols
internal import Synchronization

/// The log entries of one change. They are chained when they are added, and written together at the end of the
/// transaction.
package final class AuditLog: Sendable {
    private let origin: Origin
    private let hash: any KeyedDigest
    /// Milliseconds since 1970.
    let at: Int
    private struct State {
        var end: ChainHead?
        /// Entries that are not written yet.
        var entries: [AuditEntry] = []
    }

    private let state = Mutex(State())

    init(origin: Origin, hash: any KeyedDigest, at: Int) {
        self.origin = origin
        self.hash = hash
        self.at = at
    }

    /// The head of the chain; `nil` before it was first read.
    package var end: ChainHead? { state.withLock { $0.end } }

    /// Begins, or begins again, after the head that the transaction's last change left; `nil` for the first change.
    package func begin(after end: ChainHead?) { state.withLock { $0 = State(end: end) } }

    /// Adds an entry: `action` was done to a row, which is now `row`.
    func add(_ action: String, _ row: some LedgerRow, success: Bool = true, to transaction: any LedgerTransaction)
        throws
    {
        try add(action, row.resource, success: success, detail: row.json, to: transaction)
    }

    /// Inserts a row, and adds an entry for `action`.
    ///
    /// - Parameter unlessThere: Whether an existing row with this key is accepted, without an insert and without an
    ///   entry.
    func insert(_ row: NewRow, as action: String, unlessThere: Bool = false, to transaction: any LedgerTransaction)
        throws
    {
        guard try transaction.insert(row, unlessThere: unlessThere) else { return }
        try add(action, row.resource, success: true, detail: row.json, to: transaction)
    }

    /// Changes a row, and adds an entry for `action`. If the row differs from its known state, it does neither and
    /// returns `false`.
    func update(_ row: ChangedRow, as action: String, success: Bool = true, in transaction: any LedgerTransaction)
        throws -> Bool
    {
        guard try transaction.update(row) else { return false }
        try add(action, row.resource, success: success, detail: row.json, to: transaction)
        return true
    }

    /// Adds an entry for an action that changed no row.
    func add(_ action: String, _ resource: String, success: Bool, detail: String, to transaction: any LedgerTransaction)
        throws
    {
        let previous = try end ?? transaction.chainHead()
        var entry = AuditEntry(
            sequence: previous.sequence + 1, at: at, by: origin, action, resource, success: success, detail: detail)
        entry.code = entry.expectedCode(after: previous.code, hash: hash)
        state.withLock { state in
            state.end = ChainHead(sequence: entry.sequence, code: entry.code)
            state.entries.append(entry)
        }
    }

    /// Returns the added entries in the order of the chain, and removes them.
    package func takeEntries() -> [AuditEntry] {
        state.withLock { state in
            defer { state.entries = [] }
            return state.entries
        }
    }

    /// Records, before a process writes for the first time, a stored head that does not match the log. Otherwise a new
    /// head would hide that the log was cut short.
    ///
    /// - Parameters:
    ///   - lastSaved: The stored head before the transaction. Other processes store a head after they have written.
    ///   - transaction: The first transaction of this process.
    package func addLoss(of lastSaved: StoredChainHead, to transaction: any LedgerTransaction) throws {
        guard let loss = try lastSaved.loss(in: transaction) else { return }
        begin(after: nil)
        try add(loss.action, "audit", success: false, detail: loss.detail, to: transaction)
        try transaction.append(takeEntries())
    }
}
