internal import Ledger

/// The SQL statements on one row of a table, created once. A payment writes seven rows, and creating the SQL took
/// longer than the writes.
/// longer than the writes.
struct RowStatements: Sendable {
    let select: String
    let insert: String
    let insertUnlessThere: String
    let update: String
    /// The update, if the row has its known state.
    let updateUnlessChanged: String

    private init(_ shape: RowShape) {
        let (table, columns) = (shape.table, shape.columns)
        select = "SELECT \(Self.list(shape)) FROM \(table) WHERE \(columns[0]) = ?"
        insert =
            "INSERT INTO \(table) (\(Self.list(shape))) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        insertUnlessThere = insert + " ON CONFLICT (\(columns[0])) DO NOTHING"
        let changes = shape.changing.map { "\(columns[$0]) = ?" }.joined(separator: ", ")
        update = "UPDATE \(table) SET \(changes) WHERE \(columns[0]) = ?"
        updateUnlessChanged = update + columns.dropFirst().map { " AND \($0) IS ?" }.joined()
    }

    private static let all = Dictionary(uniqueKeysWithValues: RowShape.all.map { ($0.table, RowStatements($0)) })

    static func of(_ shape: RowShape) -> RowStatements { all[shape.table] ?? RowStatements(shape) }

    private static func list(_ shape: RowShape) -> String { shape.columns.joined(separator: ", ") }

    /// The statement for the selected rows. Words are literals in it, so that SQLite can use a partial index.
    static func select(_ selection: Selection, of shape: RowShape) -> String {
        let conditions = selection.conditions.map { condition in
            switch condition {
            case .equals(let column, _): "\(column) = ?"
            case .isOneOf(let column, let words):
                "\(column) IN (\(words.map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ")))"
            case .isSet(let column): "\(column) IS NOT NULL"
            case .isWithin(let column, _): "\(column) >= ? AND \(column) < ?"
            }
        }
        let order = selection.order.map { $0.column + ($0.isDescending ? " DESC" : "") }
        return "SELECT \(list(shape)) FROM \(shape.table)"
            + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
            + (order.isEmpty ? "" : " ORDER BY " + order.joined(separator: ", "))
    }
}
