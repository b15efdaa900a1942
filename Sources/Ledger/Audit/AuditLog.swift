internal import Foundation
internal import GRDB
internal import Synchronization

/// Where a chain ends: its last entry's number and code.
struct ChainEnd: Sendable, Hashable {
    var sequence: Int
    var code: [UInt8]
}

/// The pen of one change: adds entries to the chain within the change's transaction.
final class AuditLog: Sendable {
    private let origin: Origin
    private let key: AuditKey
    /// Milliseconds since 1970.
    let at: Int
    private let last = Mutex<ChainEnd?>(nil)

    init(origin: Origin, key: AuditKey, at: Int) {
        self.origin = origin
        self.key = key
        self.at = at
    }

    /// Where the chain ends now; `nil` where nobody has looked.
    var end: ChainEnd? { last.withLock { $0 } }

    /// Begins, or begins anew, where the transaction's last change ended; `nil` where it is the first.
    func begin(after end: ChainEnd?) { last.withLock { $0 = end } }

    /// Adds that `action` was done to a row, which now is `row`.
    func add(_ action: String, _ row: some LedgerRow, success: Bool = true, to database: Database) throws {
        try add(action, row.resource, success: success, detail: row.json, to: database)
    }

    /// Adds something that changed no row.
    func add(_ action: String, _ resource: String, success: Bool, detail: String, to database: Database) throws {
        let previous = try end ?? Self.end(in: database)
        var entry = AuditEntry(
            sequence: previous.sequence + 1, at: at, by: origin, action, resource, success: success, detail: detail)
        entry.code = entry.expectedCode(after: previous.code, hash: key.hash)
        let insertion = try database.cachedStatement(sql: "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try insertion.execute(with: [
            entry.sequence.databaseValue, entry.at.databaseValue, entry.who.databaseValue, entry.origin.databaseValue,
            entry.action.databaseValue, entry.resource.databaseValue, entry.success.databaseValue,
            entry.detail.databaseValue, Data(entry.code).databaseValue,
        ])
        begin(after: ChainEnd(sequence: entry.sequence, code: entry.code))
    }

    private static func end(in database: Database) throws -> ChainEnd {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, code FROM audit ORDER BY sequence DESC LIMIT 1"))
        guard let row else { return ChainEnd(sequence: 0, code: AuditEntry.beginning) }
        return ChainEnd(
            sequence: try row.decode(atIndex: 0), code: Array(try row.decode(Data.self, atIndex: 1)))
    }
}
