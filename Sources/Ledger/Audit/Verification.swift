internal import Foundation
internal import GRDB

/// Something in a ledger that is not as it was written.
public enum LedgerFinding: Sendable, Hashable {
    /// The audit entry of this number was changed, or stands in another's place.
    case changed(sequence: Int)
    /// The audit entries of these numbers are gone.
    case missing(ClosedRange<Int>)
    /// The log ends at `last`, but had at least `expected` entries.
    case cutShort(last: Int, expected: Int)
    /// The row is not what the audit log says it became.
    case rowChanged(resource: String)
    /// The row that the audit log tells of is gone.
    case rowMissing(resource: String)
    /// The audit log tells of no such row.
    case rowUnknown(resource: String)
    /// The file cannot be read to its end, as SQLite says.
    case damaged(reason: String)
}

/// What a check of a ledger found.
public struct LedgerVerification: Sendable, Hashable {
    /// Audit entries read.
    public var entries = 0
    /// What is not as it was written; empty where all is.
    public var findings: [LedgerFinding] = []
}

extension Ledger {
    /// Checks the chain from its first entry to its last, and every row against the last entry that tells of it.
    public func verify() -> LedgerVerification {
        var result = LedgerVerification()
        do {
            result = try pool.read { database in
                var result = LedgerVerification()
                var told: [String: String] = [:]
                try checkChain(database, &result, &told)
                try checkRows(database, told, &result)
                for line in try String.fetchAll(database, sql: "PRAGMA integrity_check(20)") where line != "ok" {
                    result.findings.append(.damaged(reason: line))
                }
                return result
            }
        } catch {
            result.findings.append(.damaged(reason: Self.reason(error)))
        }
        return result
    }

    private func checkChain(
        _ database: Database, _ result: inout LedgerVerification, _ told: inout [String: String]
    ) throws {
        var previous = AuditEntry.beginning
        var last = 0
        let head = key.head
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY sequence")
        while let row = try rows.next() {
            let sequence = try row.decode(Int.self, forColumn: "sequence")
            result.entries += 1
            // What no change can have written: it stands where there is no place, or holds what no entry does.
            guard sequence > last, let entry = try? AuditEntry(row: row) else {
                result.findings.append(.changed(sequence: sequence))
                if sequence > last {
                    last = sequence
                    previous = Array(try row.decode(Data.self, forColumn: "code"))
                }
                continue
            }
            if entry.sequence > last + 1 { result.findings.append(.missing(last + 1...entry.sequence - 1)) }
            // After a gap, the code before is not known: what the entry says of itself is judged by the next one.
            let followsGap = entry.sequence != last + 1
            let isWhole = entry.expectedCode(after: previous, hash: key.hash) == entry.code
            let isHead = head.map { $0.sequence == entry.sequence && $0.code != entry.code } ?? false
            if !isWhole && !followsGap || isHead { result.findings.append(.changed(sequence: entry.sequence)) }
            previous = entry.code
            last = entry.sequence
            told[entry.resource] = entry.detail
        }
        if let head, head.sequence > last { result.findings.append(.cutShort(last: last, expected: head.sequence)) }
    }

    private func checkRows(_ database: Database, _ told: [String: String], _ result: inout LedgerVerification) throws {
        var untold = told
        func check<Record: LedgerRow>(_ type: Record.Type) throws {
            let shape = Record.shape
            let rows = try Row.fetchCursor(database, sql: "SELECT \(shape.list) FROM \(shape.table)")
            while let row = try rows.next() {
                guard let record = try? Record(row) else {
                    result.findings.append(.rowChanged(resource: shape.table))
                    continue
                }
                let resource = record.resource
                switch untold.removeValue(forKey: resource) {
                case nil: result.findings.append(.rowUnknown(resource: resource))
                case let detail? where detail != record.json: result.findings.append(.rowChanged(resource: resource))
                default: break
                }
            }
        }
        try check(SessionRecord.self)
        try check(RecordedAttempt.self)
        try check(ChargeRecord.self)
        try check(RefundRecord.self)
        try check(ReceiptRecord.self)
        let tables = ["session/", "attempt/", "charge/", "refund/", "receipt/"]
        for resource in untold.keys.sorted() where tables.contains(where: resource.hasPrefix) {
            result.findings.append(.rowMissing(resource: resource))
        }
    }
}
