internal import Foundation
internal import GRDB
internal import KeyedHash

/// Something in a ledger that is not as it was written.
public enum LedgerFinding: Sendable, Hashable {
    /// The audit entry of this number was changed, or stands in another's place.
    case changed(sequence: Int)
    /// The audit entry of this number cannot be proved to be as it was written: the one before it was changed or is gone.
    case unproved(sequence: Int)
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
        do {
            return try pool.read { database in
                var result = LedgerVerification()
                var told: [String: String] = [:]
                // What cannot be read ends one look, not the others.
                func look(_ work: () throws -> Void) {
                    do { try work() } catch { result.findings.append(.damaged(reason: Self.reason(error))) }
                }
                look { try checkChain(database, &result, &told) }
                look { try checkRows(database, told, &result) }
                look {
                    for line in try String.fetchAll(database, sql: "PRAGMA integrity_check(20)") where line != "ok" {
                        result.findings.append(.damaged(reason: line))
                    }
                }
                return result
            }
        } catch {
            return LedgerVerification(findings: [.damaged(reason: Self.reason(error))])
        }
    }

    private func checkChain(
        _ database: Database, _ result: inout LedgerVerification, _ told: inout [String: String]
    ) throws {
        let columns = ["who", "origin", "action", "resource", "detail"]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT *, \(cutText(columns)) AS isCut FROM audit ORDER BY sequence")
        var chain = ChainCheck(hash: key.hash, head: key.head)
        while let row = try rows.next() {
            result.entries += 1
            let sequence = try row.decode(Int.self, forColumn: "sequence")
            let isCut = try row.decode(Bool.self, forColumn: "isCut")
            let entry = isCut ? nil : try? AuditEntry(row: row)
            let code = (try? row.decode(Data.self, forColumn: "code")).map { Array($0) }
            result.findings += chain.findings(at: sequence, entry, code: code)
            if let entry, sequence > 0 { told[entry.resource] = entry.detail }
        }
        result.findings += chain.findingsAtEnd()
    }

    private func checkRows(_ database: Database, _ told: [String: String], _ result: inout LedgerVerification) throws {
        var untold = told
        func check<Record: LedgerRow>(_ type: Record.Type) throws {
            let shape = Record.shape
            let rows = try Row.fetchCursor(
                database, sql: "SELECT \(shape.list), \(cutText(shape.columns)) FROM \(shape.table)")
            while let row = try rows.next() {
                let isCut = try row.decode(Bool.self, atIndex: shape.columns.count)
                guard !isCut, let record = try? Record(row) else {
                    let key = (try? row.decode(String.self, atIndex: 0)).map { "/" + $0 } ?? ""
                    untold[shape.table + key] = nil
                    result.findings.append(.rowChanged(resource: shape.table + key))
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
        try check(LedgerIdentity.self)
        try check(SessionRecord.self)
        try check(RecordedAttempt.self)
        try check(ChargeRecord.self)
        try check(RefundRecord.self)
        try check(ReceiptRecord.self)
        let tables = ["ledger/", "session/", "attempt/", "charge/", "refund/", "receipt/"]
        for resource in untold.keys.sorted() where tables.contains(where: resource.hasPrefix) {
            result.findings.append(.rowMissing(resource: resource))
        }
    }
}

/// SQL for whether one of `columns` holds a zero byte: whoever reads text ends there, and would not see what was added behind it.
private func cutText(_ columns: [String]) -> String {
    "(" + columns.map { "coalesce(instr(CAST(\($0) AS BLOB), x'00'), 0)" }.joined(separator: " + ") + ") > 0"
}

/// The way along a chain, from its first entry to its last.
private struct ChainCheck {
    private let hash: KeyedHash
    private let head: (sequence: Int, code: [UInt8])?
    /// The last entry's number.
    private var last = 0
    /// What the last entry's code may have been when it was written: the one that stands there, and those that it should have.
    private var codes = [AuditEntry.beginning]
    /// Whether the last entry is as it was written.
    private var isProved = true

    /// Codes that are tried after an entry that is not as it was written; many such in a row are not told apart.
    private static let mostCodes = 6

    init(hash: KeyedHash, head: (sequence: Int, code: [UInt8])?) {
        self.hash = hash
        self.head = head
    }

    /// What is wrong at the next place.
    ///
    /// - Parameters:
    ///   - entry: What stands there; `nil` where it cannot be read.
    ///   - code: Its code, where that can.
    mutating func findings(at sequence: Int, _ entry: AuditEntry?, code: [UInt8]?) -> [LedgerFinding] {
        // There is no such place: no change has written it.
        guard sequence > last else { return [.changed(sequence: sequence)] }
        var findings: [LedgerFinding] = []
        if sequence > last + 1 {
            findings.append(.missing(last + 1...sequence - 1))
            codes = []
            isProved = false
        }
        last = sequence
        guard let entry, let code else {
            codes = code.map { [$0] } ?? []
            isProved = false
            return findings + [.changed(sequence: sequence)]
        }
        let expected = codes.map { entry.expectedCode(after: $0, hash: hash) }
        let isWhole = expected.contains(code)
        let isNotTheHead = head.map { $0.sequence == sequence && $0.code != code } ?? false
        if isNotTheHead || !isWhole && isProved {
            findings.append(.changed(sequence: sequence))
        } else if !isWhole {
            findings.append(.unproved(sequence: sequence))
        }
        codes = isWhole ? [code] : Array(([code] + expected).prefix(Self.mostCodes))
        isProved = isWhole
        return findings
    }

    /// What is wrong behind the last place.
    func findingsAtEnd() -> [LedgerFinding] {
        guard let head, head.sequence > last else { return [] }
        return [.cutShort(last: last, expected: head.sequence)]
    }
}
