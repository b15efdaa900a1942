internal import Foundation
internal import GRDB
internal import Ledger

/// Checks that tables, indexes, triggers and views are those of the migrations.
///
/// A planted trigger changes rows when they are written, and without a constraint rows may break the rules. Neither is
/// visible in a row.
enum SchemaCheck {
    /// The kind of an object in a schema, and the statement that created it.
    private struct Statement: Hashable {
        var table: String
        /// `nil` if SQLite created it.
        var sql: String?
    }

    /// The differences from the schema of this program.
    static func findings(_ database: Database) throws -> [LedgerFinding] {
        let migrator = Schema.migrator
        let applied = try migrator.appliedIdentifiers(database)
        let known = migrator.migrations
        if applied.contains(where: { !known.contains($0) }) { return [.schemaNewer] }
        guard let last = known.last(where: applied.contains), applied.isSuperset(of: known.prefix { $0 != last }) else {
            return [.schemaChanged(kind: "table", name: "grdb_migrations")]
        }
        let model = try DatabaseQueue()
        try migrator.migrate(model, upTo: last)
        let expected = try model.read(objects)
        let found = try objects(database)
        return Set(expected.keys).union(found.keys).sorted().compactMap { name in
            let (kind, title) = (String(name.prefix { $0 != " " }), String(name.drop { $0 != " " }.dropFirst()))
            switch (expected[name], found[name]) {
            case (let made?, let there?):
                return made == there ? nil : .schemaChanged(kind: kind, name: title)
            case (nil, _): return .schemaUnknown(kind: kind, name: title)
            case (_, nil): return .schemaMissing(kind: kind, name: title)
            }
        }
    }

    /// The objects of a schema by `kind name`.
    private static func objects(_ database: Database) throws -> [String: Statement] {
        var objects: [String: Statement] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT type, name, tbl_name, sql FROM sqlite_schema")
        while let row = try rows.next() {
            let kind = try row.decode(String.self, atIndex: 0)
            let name = try row.decode(String.self, atIndex: 1)
            let sql = try row.decode(String?.self, atIndex: 3)
            objects["\(kind) \(name)"] = Statement(
                table: try row.decode(atIndex: 2), sql: sql.map(withoutLayout))
        }
        return objects
    }

    /// A statement without the spaces, and the quotes around names, that versions of SQLite write differently when they
    /// change a table.
    private static func withoutLayout(_ sql: String) -> String {
        let words = sql.replacing("\"", with: "").split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }
}
