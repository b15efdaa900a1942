/// Rows by table and key, for a store that has all of them in memory.
package typealias RowTables = [String: [Field: StoredRow]]

/// A copy of the tables. It replaces the store's tables if the whole transaction succeeds.
package final class TableTransaction: LedgerTransaction {
    package private(set) var tables: RowTables

    package init(_ tables: RowTables) { self.tables = tables }

    package func row(_ key: Field, of shape: RowShape) -> StoredRow? { tables[shape.table]?[key] }

    package func rows(_ selection: Selection, of shape: RowShape) -> [StoredRow] {
        let found = (tables[shape.table] ?? [:]).values.filter { row in
            selection.conditions.allSatisfy { $0.holds(for: row, of: shape) }
        }
        return found.sorted { one, other in
            for order in selection.order {
                guard let place = shape.columns.firstIndex(of: order.column) else { continue }
                if one[place] == other[place] { continue }
                return one[place].isBefore(other[place]) != order.isDescending
            }
            return false
        }
    }

    package func each(of shape: RowShape, _ body: (StoredRow) throws -> Void) throws {
        for row in rows(.all.ordered(by: shape.columns[0]), of: shape) { try body(row) }
    }

    package func chainHead() throws -> ChainHead {
        let last = try tables[AuditEntry.shape.table]?.values.map { try AuditEntry($0) }.max {
            $0.sequence < $1.sequence
        }
        return last.map { ChainHead(sequence: $0.sequence, code: $0.code) } ?? .beginning
    }

    package func insert(_ row: NewRow, unlessThere: Bool) throws -> Bool {
        let stored = StoredRow(row.fields.map(\.stored))
        if tables[row.shape.table]?[stored[0]] != nil {
            if unlessThere { return false }
            throw StoreFailure("\(row.shape.table) has a row of this key")
        }
        for columns in row.shape.unique {
            let isTaken = (tables[row.shape.table] ?? [:]).values.contains { there in
                columns.allSatisfy { there[$0] == stored[$0] }
            }
            if isTaken { throw StoreFailure("\(row.shape.table) has a row with these values") }
        }
        tables[row.shape.table, default: [:]][stored[0]] = stored
        return true
    }

    package func update(_ row: ChangedRow) -> Bool {
        let wanted = row.fields.map(\.stored)
        guard let there = tables[row.shape.table]?[wanted[0]] else { return false }
        if let known = row.known?.map(\.stored), known.indices.contains(where: { known[$0] != there[$0] }) {
            return false
        }
        let fields = wanted.indices.map { row.shape.changing.contains($0) ? wanted[$0] : there[$0] }
        tables[row.shape.table]?[wanted[0]] = StoredRow(fields)
        return true
    }

    package func append(_ entries: [AuditEntry]) throws {
        for entry in entries {
            let stored = StoredRow(entry.fields.map(\.stored))
            guard tables[AuditEntry.shape.table]?[stored[0]] == nil else {
                throw StoreFailure("the audit log has an entry of this number")
            }
            tables[AuditEntry.shape.table, default: [:]][stored[0]] = stored
        }
    }
}

extension Selection.Condition {
    /// Whether the row meets the condition.
    fileprivate func holds(for row: StoredRow, of shape: RowShape) -> Bool {
        func field(_ column: String) -> Field { shape.columns.firstIndex(of: column).map { row[$0] } ?? .none }
        switch self {
        case .equals(let column, let value): return value.stored != .none && field(column) == value.stored
        case .isOneOf(let column, let words): return words.contains { field(column) == .text($0) }
        case .isSet(let column): return field(column) != .none
        case .isWithin(let column, let range):
            guard case .number(let number?) = field(column) else { return false }
            return range.contains(number)
        }
    }
}

extension Field {
    /// Whether it comes first: absent values, then numbers by size, then texts by their bytes.
    fileprivate func isBefore(_ other: Field) -> Bool {
        switch (self, other) {
        case (.number(let one?), .number(let another?)): one < another
        case (.text(let one?), .text(let another?)): one.utf8.lexicographicallyPrecedes(another.utf8)
        default: kind < other.kind
        }
    }

    private var kind: Int {
        switch self {
        case .number(nil), .text(nil): 0
        case .number, .boolean: 1
        case .text: 2
        case .bytes: 3
        }
    }
}
