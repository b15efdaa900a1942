internal import Foundation
internal import GRDB
internal import Synchronization

/// The pen of one change: adds entries to the chain within the change's transaction.
final class AuditLog: Sendable {
    private let origin: Origin
    private let key: AuditKey
    /// Milliseconds since 1970.
    let at: Int
    private let written = Mutex<(sequence: Int, code: [UInt8])?>(nil)

    init(origin: Origin, key: AuditKey, at: Int) {
        self.origin = origin
        self.key = key
        self.at = at
    }

    /// The last entry that was added.
    var head: (sequence: Int, code: [UInt8])? { written.withLock { $0 } }

    /// Adds that `action` was done to a row, which now is `row`.
    func add(_ action: String, _ row: some LedgerRow, success: Bool = true, to database: Database) throws {
        try add(action, row.resource, success: success, detail: row.json, to: database)
    }

    /// Adds something that changed no row.
    func add(_ action: String, _ resource: String, success: Bool, detail: String, to database: Database) throws {
        let last = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, code FROM audit ORDER BY sequence DESC LIMIT 1"))
        let previous = try last.map { Array(try $0.decode(Data.self, atIndex: 1)) } ?? AuditEntry.beginning
        var entry = AuditEntry(
            sequence: try (last?.decode(Int.self, atIndex: 0) ?? 0) + 1, at: at, by: origin, action, resource,
            success: success, detail: detail)
        entry.code = entry.expectedCode(after: previous, hash: key.hash)
        let insertion = try database.cachedStatement(sql: "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try insertion.execute(arguments: [
            entry.sequence, entry.at, entry.who, entry.origin, entry.action, entry.resource, entry.success,
            entry.detail,
            Data(entry.code),
        ])
        written.withLock { $0 = (entry.sequence, entry.code) }
    }
}
