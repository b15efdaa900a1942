internal import PaymentSession
internal import TextFormats

/// A row of one of the ledger's tables. The type declares its columns.
package protocol LedgerRow: Sendable {
    static var shape: RowShape { get }
    /// Reads a row of the table. Its values are in the order of the shape's columns.
    init(_ row: StoredRow) throws
    /// The values of the columns in order. The first is the key.
    var fields: [Field] { get }
}

/// A table's columns.
package struct RowShape: Sendable {
    package let table: String
    /// The columns, the key first.
    package let columns: [String]
    /// The positions of the columns in the order of their names, as the audit log writes them, and the names in JSON.
    let namesInOrder: [(place: Int, name: String)]
    /// The positions of the columns that may change after the insert.
    package let changing: [Int]
    /// The positions of columns whose values no two rows share.
    package let unique: [[Int]]

    /// - Parameters:
    ///   - table: The table's name.
    ///   - columns: The key first.
    ///   - changing: Columns that may change after the insert. An update names no others, since a database writes every
    ///     index on a named column.
    ///   - unique: Sets of columns whose values no two rows share. The key is always one.
    init(_ table: String, _ columns: [String], changing: [String], unique: [[String]] = []) {
        self.table = table
        self.columns = columns
        namesInOrder = columns.indices.sorted { columns[$0] < columns[$1] }.map { ($0, "\"\(columns[$0])\":") }
        self.changing = columns.indices.filter { changing.contains(columns[$0]) }
        self.unique = unique.map { names in names.compactMap { columns.firstIndex(of: $0) } }
    }

    /// Every table of a ledger, the audit log last.
    package static let all: [RowShape] = [
        LedgerIdentity.shape, SessionRecord.shape, RecordedAttempt.shape, ChargeRecord.shape, RefundRecord.shape,
        ReceiptRecord.shape, AuditEntry.shape,
    ]
}

extension LedgerRow {
    /// The row of this key, or `nil`.
    static func find(_ key: String, in reader: any LedgerReader) throws -> Self? {
        try reader.row(.text(key), of: shape).map { try Self($0) }
    }

    /// The selected rows.
    static func rows(_ reader: any LedgerReader, _ selection: Selection = .all) throws -> [Self] {
        try reader.rows(selection, of: shape).map { try Self($0) }
    }

    /// Writes the changing columns of the row, whatever their present values.
    func update(in transaction: any LedgerTransaction) throws { _ = try transaction.update(ChangedRow(self)) }

    /// The table and the row's key.
    var resource: String {
        guard case .text(let key?) = fields[0] else { return Self.shape.table }
        return "\(Self.shape.table)/\(key)"
    }

    /// The row as JSON: members in the order of their names, without absent values.
    var json: String {
        let fields = fields
        // Bytes are faster than a string, which validates every piece that is added.
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
                JSONString.append(text, to: &json)
            case .number(let number?):
                begin(name)
                json += String(number).utf8
            case .boolean(let boolean):
                begin(name)
                json += (boolean ? "true" : "false").utf8
            }
        }
        json.append(UInt8(ascii: "}"))
        return String(decoding: json, as: UTF8.self)
    }
}

/// A new row with its encoded values, prepared before the writer's turn.
package struct NewRow: Sendable {
    package let shape: RowShape
    package let fields: [Field]
    let resource: String
    let json: String

    /// - Throws: ``LedgerError/cardNumber(field:)`` if a text may hold a card number.
    init(_ row: some LedgerRow) throws(LedgerError) {
        shape = type(of: row).shape
        fields = row.fields
        for (name, field) in zip(shape.columns, fields) {
            if case .text(let text?) = field, text.mayHoldCardNumber {
                throw .cardNumber(field: "\(shape.table)'s \(name)")
            }
        }
        resource = row.resource
        json = row.json
    }
}

/// A changed row with its encoded values, prepared before the writer's turn.
package struct ChangedRow: Sendable {
    package let shape: RowShape
    package let fields: [Field]
    /// The known state of the row; `nil` to change it in any case.
    package let known: [Field]?
    let resource: String
    let json: String

    /// - Parameter known: The expected present state of the row.
    init<Record: LedgerRow>(_ row: Record, from known: Record? = nil) {
        shape = Record.shape
        fields = row.fields
        self.known = known?.fields
        resource = row.resource
        json = row.json
    }
}
