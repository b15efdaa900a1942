internal import GRDB
internal import Ledger

/// A ledger's rows in a database. Changes need a transaction that the caller has begun.
struct SQLiteTransaction: LedgerTransaction {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func row(_ key: Field, of shape: RowShape) throws -> StoredRow? {
        let statement = try database.cachedStatement(sql: RowStatements.of(shape).select)
        return try statement.rows(of: shape.columns.count, with: [key]).first
    }

    func rows(_ selection: Selection, of shape: RowShape) throws -> [StoredRow] {
        let statement = try database.cachedStatement(sql: RowStatements.select(selection, of: shape))
        return try statement.rows(of: shape.columns.count, with: selection.arguments)
    }

    func each(of shape: RowShape, _ body: (StoredRow) throws -> Void) throws {
        let sql = RowStatements.select(.all.ordered(by: shape.columns[0]), of: shape)
        try database.makeStatement(sql: sql).each(of: shape.columns.count, with: [], body)
    }

    func chainHead() throws -> ChainHead {
        let last = try database.cachedStatement(sql: Self.lastEntry).rows(of: 2, with: []).first
        return try last.map { ChainHead(sequence: try $0.number(0), code: try $0.bytes(1)) } ?? .beginning
    }

    private static let lastEntry = "SELECT sequence, code FROM audit ORDER BY sequence DESC LIMIT 1"

    func insert(_ row: NewRow, unlessThere: Bool) throws -> Bool {
        let statements = RowStatements.of(row.shape)
        try database.cachedStatement(sql: unlessThere ? statements.insertUnlessThere : statements.insert)
            .execute(with: row.fields)
        return database.changesCount == 1
    }

    func update(_ row: ChangedRow) throws -> Bool {
        let statements = RowStatements.of(row.shape)
        let changed = row.shape.changing.map { row.fields[$0] }
        if let known = row.known {
            try database.cachedStatement(sql: statements.updateUnlessChanged)
                .execute(with: changed + [row.fields[0]] + known.dropFirst())
        } else {
            try database.cachedStatement(sql: statements.update).execute(with: changed + [row.fields[0]])
        }
        return database.changesCount == 1
    }

    /// One statement inserts many rows, because a statement costs more than a row.
    func append(_ entries: [AuditEntry]) throws {
        for first in stride(from: 0, to: entries.count, by: Self.insertions.count) {
            let part = entries[first..<min(first + Self.insertions.count, entries.count)]
            try database.cachedStatement(sql: Self.insertions[part.count - 1])
                .execute(with: part.lazy.flatMap(\.fields))
        }
    }

    /// Statements that insert one entry, two entries, and more.
    private static let insertions = (1...16).map { rows in
        "INSERT INTO audit VALUES "
            + Array(repeating: "(?, ?, ?, ?, ?, ?, ?, ?, ?)", count: rows).joined(separator: ", ")
    }
}

extension Selection {
    /// A value for each parameter of the statement.
    fileprivate var arguments: [Field] {
        conditions.flatMap { condition -> [Field] in
            switch condition {
            case .equals(_, let value): [value]
            case .isOneOf, .isSet: []
            case .isWithin(_, let range): [.number(range.lowerBound), .number(range.upperBound)]
            }
        }
    }
}
