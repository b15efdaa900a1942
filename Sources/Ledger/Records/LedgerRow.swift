internal import GRDB
internal import PaymentSession

/// A row of one of the ledger's tables, which says itself what stands in which column.
///
/// Its statements are written out once and kept compiled: a payment makes and changes seven rows, and making up SQL for each cost more
/// than writing them.
protocol LedgerRow: Sendable {
    static var shape: RowShape { get }
    /// The row as it stands in the table, its values in the order of the shape's columns.
    init(_ row: Row) throws
    /// What stands in the columns, in their order; the first is the key.
    var fields: [Field] { get }
}

/// A table's columns and the statements on one of its rows.
struct RowShape: Sendable {
    let table: String
    let columns: [String]
    /// The columns as a SELECT names them.
    let list: String
    /// The columns' places in the order of their names, as the audit log writes them, and the names as JSON has them.
    let namesInOrder: [(place: Int, name: String)]
    /// The places of the columns that an update writes, and of the key behind them.
    let updated: [Int]
    let select: String
    let insert: String
    let insertUnlessThere: String
    let update: String
    /// The update, where the row still stands as it was known.
    let updateUnlessChanged: String

    /// - Parameters:
    ///   - columns: The key first.
    ///   - changing: Those that change after the row was made. The others are left out of an update, since SQLite writes each index on a column
    ///     that an update names.
    init(_ table: String, _ columns: [String], changing: [String]) {
        self.table = table
        self.columns = columns
        list = columns.map { "\(table).\($0)" }.joined(separator: ", ")
        namesInOrder = columns.indices.sorted { columns[$0] < columns[$1] }.map { ($0, "\"\(columns[$0])\":") }
        updated = columns.indices.filter { changing.contains(columns[$0]) } + [0]
        select = "SELECT \(list) FROM \(table) WHERE \(columns[0]) = ?"
        insert =
            "INSERT INTO \(table) (\(columns.joined(separator: ", "))) "
            + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        insertUnlessThere = insert + " ON CONFLICT (\(columns[0])) DO NOTHING"
        update =
            "UPDATE \(table) SET \(updated.dropLast().map { "\(columns[$0]) = ?" }.joined(separator: ", ")) "
            + "WHERE \(columns[0]) = ?"
        updateUnlessChanged = update + columns.dropFirst().map { " AND \($0) IS ?" }.joined()
    }
}

extension LedgerRow {
    /// The row of this key; `nil` where there is none.
    static func find(_ key: String, in database: Database) throws -> Self? {
        try rows(database, shape.select, [key]).first
    }

    /// The rows that `sql` gives, which selects the shape's list.
    static func rows(_ database: Database, _ sql: String, _ arguments: StatementArguments = []) throws -> [Self] {
        let rows = try Row.fetchCursor(try database.cachedStatement(sql: sql), arguments: arguments)
        var found: [Self] = []
        while let row = try rows.next() { found.append(try Self(row)) }
        return found
    }

    func update(in database: Database) throws {
        let fields = fields
        try database.cachedStatement(sql: Self.shape.update).execute(
            with: Self.shape.updated.lazy.map { fields[$0] })
    }

    /// The table and the row's key.
    var resource: String {
        guard case .text(let key?) = fields[0] else { return Self.shape.table }
        return "\(Self.shape.table)/\(key)"
    }

    /// The row as JSON: members in the order of their names, without those that have no value.
    var json: String {
        let fields = fields
        // Bytes, not a string: each piece that is added to one is looked at anew.
        var json = [UInt8(ascii: "{")]
        json.reserveCapacity(512)
        func begin(_ name: String) {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            json += name.utf8
        }
        for (place, name) in Self.shape.namesInOrder {
            switch fields[place] {
            case .text(nil), .number(nil), .bytes: continue
            case .text(let text?):
                begin(name)
                JSONText.add(text, to: &json)
            case .number(let number?):
                begin(name)
                json += String(number).utf8
            case .truth(let truth):
                begin(name)
                json += (truth ? "true" : "false").utf8
            }
        }
        json.append(UInt8(ascii: "}"))
        return String(decoding: json, as: UTF8.self)
    }
}

/// Text as JSON writes it (RFC 8259), the way Foundation's encoder does without escaped slashes.
enum JSONText {
    static func add(_ text: String, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for scalar in text.unicodeScalars { json += escaped(scalar).utf8 }
        } else {
            json += text.utf8
        }
        json.append(UInt8(ascii: "\""))
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0}"..."\u{F}": return "\\u000" + String(scalar.value, radix: 16)
        case "\u{10}"..."\u{1F}": return "\\u00" + String(scalar.value, radix: 16)
        default: return String(scalar)
        }
    }
}

/// A new row with all that is written of it, worked out before the ledger's one writer has its turn.
struct NewRow: Sendable {
    let resource: String
    let json: String
    private let shape: RowShape
    private let values: [Field]

    /// - Throws: ``LedgerError/cardNumber(field:)`` where a text may hold one, whoever wrote it.
    init(_ row: some LedgerRow) throws(LedgerError) {
        shape = type(of: row).shape
        let fields = row.fields
        for (name, field) in zip(shape.columns, fields) {
            if case .text(let text?) = field, text.mayHoldCardNumber {
                throw .cardNumber(field: "\(shape.table)'s \(name)")
            }
        }
        values = fields
        resource = row.resource
        json = row.json
    }

    /// Inserts the row, where asked only unless there is one of its key; whether it did.
    func insert(unlessThere: Bool, into database: Database) throws -> Bool {
        try database.cachedStatement(sql: unlessThere ? shape.insertUnlessThere : shape.insert).execute(with: values)
        return database.changesCount == 1
    }
}

/// A row that is to become another, with all that is written of it, worked out before the ledger's one writer has its turn.
struct ChangedRow: Sendable {
    let resource: String
    let json: String
    private let shape: RowShape
    private let values: [Field]

    /// - Parameter known: How the row is thought to stand.
    init<Record: LedgerRow>(_ row: Record, from known: Record) {
        shape = Record.shape
        let fields = row.fields
        values = shape.updated.map { fields[$0] } + known.fields.dropFirst()
        resource = row.resource
        json = row.json
    }

    /// Writes the row where it stands as it was known; whether it did.
    func update(in database: Database) throws -> Bool {
        try database.cachedStatement(sql: shape.updateUnlessChanged).execute(with: values)
        return database.changesCount == 1
    }
}

/// A column that holds a word its kind does not know.
private enum RowError: Error { case unknownWord(String) }

extension Row {
    /// One of the words of `Word`.
    func word<Word: RawRepresentable<String>>(atIndex index: Int) throws -> Word {
        let text: String = try decode(atIndex: index)
        guard let word = Word(rawValue: text) else { throw RowError.unknownWord(text) }
        return word
    }

    /// One of the words of `Word`, or nothing.
    func wordOrNone<Word: RawRepresentable<String>>(atIndex index: Int) throws -> Word? {
        let text: String? = try decode(atIndex: index)
        return text == nil ? nil : try word(atIndex: index)
    }
}
