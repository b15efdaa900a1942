internal import GRDB
internal import GRDBSQLite
internal import Ledger

/// Runs statements by direct calls of SQLite. GRDB's checks, copies and observers take as long as a statement, and all
/// payments wait for the writer. Errors keep SQLite's code and the statement.
extension Statement {
    /// Executes it with a value for each parameter.
    func execute(with values: some Sequence<Field>) throws {
        try bind(values)
        defer { unsafe sqlite3_reset(sqliteStatement) }
        try check(unsafe sqlite3_step(sqliteStatement), SQLITE_DONE)
    }

    /// The result's rows, of `columns` columns.
    func rows(of columns: Int, with values: some Sequence<Field>) throws -> [StoredRow] {
        var rows: [StoredRow] = []
        try each(of: columns, with: values) { rows.append($0) }
        return rows
    }

    /// Calls `body` with each row of the result, one at a time.
    func each(of columns: Int, with values: some Sequence<Field>, _ body: (StoredRow) throws -> Void) throws {
        try bind(values)
        defer { unsafe sqlite3_reset(sqliteStatement) }
        while true {
            let code = unsafe sqlite3_step(sqliteStatement)
            if code == SQLITE_DONE { return }
            try check(code, SQLITE_ROW)
            try body(StoredRow((0..<CInt(columns)).map(field)))
        }
    }

    private func bind(_ values: some Sequence<Field>) throws {
        var place: CInt = 0
        for value in values {
            place += 1
            try check(unsafe value.bind(to: sqliteStatement, at: place), SQLITE_OK)
        }
    }

    /// The value of a column of the current row. Text that is not UTF-8, or that has a zero byte, is returned as bytes,
    /// because a ledger never writes it.
    private func field(_ column: CInt) -> Field {
        let type = unsafe sqlite3_column_type(sqliteStatement, column)
        if type == SQLITE_NULL { return .none }
        if type == SQLITE_INTEGER { return .number(Int(unsafe sqlite3_column_int64(sqliteStatement, column))) }
        let start = unsafe sqlite3_column_blob(sqliteStatement, column)
        let count = Int(unsafe sqlite3_column_bytes(sqliteStatement, column))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        if type == SQLITE_TEXT, unsafe !bytes.contains(0), let text = unsafe String(validating: bytes, as: UTF8.self) {
            return .text(text)
        }
        return unsafe .bytes(Array(bytes))
    }

    private func check(_ code: CInt, _ wanted: CInt) throws {
        guard code == wanted else {
            let handle = unsafe sqlite3_db_handle(sqliteStatement)
            let words = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) }
            let extended = unsafe sqlite3_extended_errcode(handle)
            let told = extended & 0xFF == code & 0xFF ? extended : code
            throw DatabaseError(resultCode: ResultCode(rawValue: told), message: words, sql: sql)
        }
    }
}

extension Field {
    /// Binds the value to a parameter, counted from 1. Returns SQLite's result code.
    fileprivate func bind(to statement: SQLiteStatement, at place: CInt) -> CInt {
        switch self {
        case .text(nil), .number(nil): unsafe sqlite3_bind_null(statement, place)
        case .number(let number?): unsafe sqlite3_bind_int64(statement, place, Int64(number))
        case .boolean(let boolean): unsafe sqlite3_bind_int64(statement, place, boolean ? 1 : 0)
        case .text(let text?): unsafe text.bind(to: statement, at: place)
        case .bytes(let bytes):
            unsafe bytes.withUnsafeBytes {
                unsafe sqlite3_bind_blob(statement, place, $0.baseAddress, CInt($0.count), Self.copied)
            }
        }
    }

    /// SQLITE_TRANSIENT: SQLite makes its own copy.
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

extension Database {
    /// Runs `work` in an immediate transaction with cached statements. Rolls back if it throws.
    func inWriteTransaction(_ work: () throws -> Void) throws {
        try cachedStatement(sql: "BEGIN IMMEDIATE").execute(with: [])
        do {
            try work()
            try cachedStatement(sql: "COMMIT").execute(with: [])
        } catch {
            try? rollback()
            throw error
        }
    }
}
