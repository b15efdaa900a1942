internal import GRDB
internal import GRDBSQLite

/// What one column of one row holds.
enum Field: Sendable {
    case text(String?)
    case number(Int?)
    case truth(Bool)
    /// What no row of its own holds, but the audit log.
    case bytes([UInt8])

    /// Gives a statement the value of one of its parameters, which are counted from 1; SQLite's result code.
    fileprivate func bind(to statement: SQLiteStatement, at place: CInt) -> CInt {
        switch self {
        case .text(nil), .number(nil): unsafe sqlite3_bind_null(statement, place)
        case .number(let number?): unsafe sqlite3_bind_int64(statement, place, Int64(number))
        case .truth(let truth): unsafe sqlite3_bind_int64(statement, place, truth ? 1 : 0)
        case .text(let text?): unsafe text.bind(to: statement, at: place)
        case .bytes(let bytes):
            unsafe bytes.withUnsafeBytes {
                unsafe sqlite3_bind_blob(statement, place, $0.baseAddress, CInt($0.count), Self.copied)
            }
        }
    }

    /// SQLITE_TRANSIENT: SQLite keeps a copy of its own.
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// Statements by SQLite's own calls: the checks, copies and observers of GRDB's take as long as a statement does, and all payments wait for
/// the one who writes.
extension Statement {
    /// Executes it with a value for each parameter.
    func execute(with values: some Sequence<Field>) throws {
        var place: CInt = 0
        for value in values {
            place += 1
            try check(unsafe value.bind(to: sqliteStatement, at: place), SQLITE_OK)
        }
        defer { unsafe sqlite3_reset(sqliteStatement) }
        try check(unsafe sqlite3_step(sqliteStatement), SQLITE_DONE)
    }

    /// What `read` makes of the first row that it gives; `nil` where there is none.
    func first<Value>(_ read: (SQLiteStatement) throws -> Value) throws -> Value? {
        defer { unsafe sqlite3_reset(sqliteStatement) }
        let code = unsafe sqlite3_step(sqliteStatement)
        if code == SQLITE_DONE { return nil }
        try check(code, SQLITE_ROW)
        return try unsafe read(sqliteStatement)
    }

    private func check(_ code: CInt, _ wanted: CInt) throws {
        guard code == wanted else {
            let words = unsafe sqlite3_errmsg(sqlite3_db_handle(sqliteStatement)).map { unsafe String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: words, sql: sql)
        }
    }
}

extension Database {
    /// Does `work` in a transaction that no other process writes beside, its statements kept compiled; undone where it throws.
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
