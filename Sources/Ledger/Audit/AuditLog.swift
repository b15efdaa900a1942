internal import GRDB
internal import GRDBSQLite
internal import Synchronization

/// The pen of one change: chains its entries as they are added, and writes them all at the end of the change's transaction.
final class AuditLog: Sendable {
    private let origin: Origin
    private let key: AuditKey
    /// Milliseconds since 1970.
    let at: Int
    private struct State {
        var end: ChainEnd?
        /// Those that are not written yet.
        var entries: [AuditEntry] = []
    }

    private let state = Mutex(State())

    init(origin: Origin, key: AuditKey, at: Int) {
        self.origin = origin
        self.key = key
        self.at = at
    }

    /// Where the chain ends now; `nil` where nobody has looked.
    var end: ChainEnd? { state.withLock { $0.end } }

    /// Begins, or begins anew, where the transaction's last change ended; `nil` where it is the first.
    func begin(after end: ChainEnd?) { state.withLock { $0 = State(end: end) } }

    /// Adds that `action` was done to a row, which now is `row`.
    func add(_ action: String, _ row: some LedgerRow, success: Bool = true, to database: Database) throws {
        try add(action, row.resource, success: success, detail: row.json, to: database)
    }

    /// Inserts a row, and adds that `action` made it.
    ///
    /// - Parameter unlessThere: Whether to do neither where there is a row of its key.
    func insert(_ row: NewRow, as action: String, unlessThere: Bool = false, into database: Database) throws {
        guard try row.insert(unlessThere: unlessThere, into: database) else { return }
        try add(action, row.resource, success: true, detail: row.json, to: database)
    }

    /// Changes a row, and adds that `action` was done to it; `false` where it does not stand as it was known, and nothing is done.
    func update(_ row: ChangedRow, as action: String, success: Bool = true, in database: Database) throws -> Bool {
        guard try row.update(in: database) else { return false }
        try add(action, row.resource, success: success, detail: row.json, to: database)
        return true
    }

    /// Adds something that changed no row.
    func add(_ action: String, _ resource: String, success: Bool, detail: String, to database: Database) throws {
        let previous = try end ?? Self.end(in: database)
        var entry = AuditEntry(
            sequence: previous.sequence + 1, at: at, by: origin, action, resource, success: success, detail: detail)
        entry.code = entry.expectedCode(after: previous.code, hash: key.hash)
        state.withLock { state in
            state.end = ChainEnd(sequence: entry.sequence, code: entry.code)
            state.entries.append(entry)
        }
    }

    /// Gives the entries that were added, in the order of the chain, to be written.
    func takeEntries() -> [AuditEntry] {
        state.withLock { state in
            defer { state.entries = [] }
            return state.entries
        }
    }

    /// Writes entries of one change or several: many rows a statement, since a statement costs more than a row.
    static func write(_ entries: [AuditEntry], to database: Database) throws {
        for first in stride(from: 0, to: entries.count, by: insertions.count) {
            let part = entries[first..<min(first + insertions.count, entries.count)]
            try database.cachedStatement(sql: insertions[part.count - 1]).execute(with: part.lazy.flatMap(\.fields))
        }
    }

    /// The statements that insert one row, two rows and so on.
    private static let insertions = (1...16).map { rows in
        "INSERT INTO audit VALUES "
            + Array(repeating: "(?, ?, ?, ?, ?, ?, ?, ?, ?)", count: rows).joined(separator: ", ")
    }

    static func end(in database: Database) throws -> ChainEnd {
        let last = try database.cachedStatement(sql: "SELECT sequence, code FROM audit ORDER BY sequence DESC LIMIT 1")
        let end = try unsafe last.first { row in
            let code = unsafe UnsafeRawBufferPointer(
                start: sqlite3_column_blob(row, 1), count: Int(sqlite3_column_bytes(row, 1)))
            return unsafe ChainEnd(sequence: Int(sqlite3_column_int64(row, 0)), code: Array(code))
        }
        return end ?? ChainEnd(sequence: 0, code: AuditEntry.beginning)
    }
}
