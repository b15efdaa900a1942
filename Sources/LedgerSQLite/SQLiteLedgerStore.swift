internal import AtomicFiles
internal import Foundation
internal import GRDB
package import Ledger

/// A ledger in an SQLite file, which several processes may use at once.
///
/// A durable write is on the disk when it returns, because the write-ahead log is synced.
package final class SQLiteLedgerStore: LedgerStore {
    /// The source of reads.
    private enum Source {
        case pool(DatabasePool)
        /// A file that is only read.
        case file(ReadOnlyDatabase)
        /// Tables of an older version, migrated in memory.
        case copy(DatabaseQueue, of: ReadOnlyDatabase)
    }

    package let name: String
    let tightened: [String]
    private let source: Source
    /// `nil` if the ledger was opened for reading.
    private let writer: GroupCommit?

    /// Opens the file at `path` and migrates its tables.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - key: The audit log's key.
    ///   - tightened: Files from which permissions of others were removed.
    ///   - sync: Syncs the write-ahead log.
    init(_ path: String, key: AuditKey, tightened: [String], sync: @escaping DurabilityBarrier.Sync) throws(LedgerError)
    {
        name = path
        self.tightened = tightened
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        // A transaction may fail so that it cannot be rolled back, for example if the file is gone. That must not trap;
        // see GroupCommit.
        configuration.allowsUnsafeTransactions = true
        // See Checkpointer.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        do {
            let pool = try DatabasePool(path: path.databaseName, configuration: configuration)
            try Schema.migrator.migrate(pool)
            source = .pool(pool)
            writer = GroupCommit(pool, key, sync)
        } catch {
            throw Self.openingFailure(error, at: path)
        }
    }

    /// Opens the file at `path` for reading.
    init(reading path: String) throws(LedgerError) {
        name = path
        tightened = []
        writer = nil
        let file = ReadOnlyDatabase(path)
        do {
            let isOld = try file.read { database in
                guard try database.tableExists("grdb_migrations") else {
                    throw DatabaseError(resultCode: .SQLITE_NOTADB, message: "it has none of a ledger's tables")
                }
                return try !Schema.migrator.hasCompletedMigrations(database)
            }
            // Tables that cannot be migrated are read as they are. A check reports what is wrong.
            let copy = isOld ? try? Self.migrated(file) : nil
            source = copy.map { .copy($0, of: file) } ?? .file(file)
        } catch {
            throw Self.openingFailure(error, at: path)
        }
    }

    private static func migrated(_ file: ReadOnlyDatabase) throws -> DatabaseQueue {
        let copy = try DatabaseQueue()
        try file.read { source in try copy.writeWithoutTransaction { try source.backup(to: $0) } }
        try Schema.migrator.migrate(copy)
        return copy
    }

    private static func openingFailure(_ error: any Error, at path: String) -> LedgerError {
        let failure = StoreFailure(of: error)
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: return .notALedger(path: path, failure)
        default: return .cannotOpen(path: path, failure)
        }
    }

    /// The pool for writing; `nil` if the store was opened for reading.
    var pool: DatabasePool? { if case .pool(let pool) = source { pool } else { nil } }

    package func write(
        isDurable: Bool, _ log: AuditLog, _ work: @escaping @Sendable (any LedgerTransaction, AuditLog) throws -> Void
    ) async throws {
        guard let writer else { throw StoreFailure("it was opened to be read") }
        do {
            try await writer.write(isDurable: isDurable, log, work)
        } catch {
            throw Self.told(error)
        }
    }

    package func read<Value: Sendable>(_ work: (any LedgerReader) throws -> Value) throws -> Value {
        do {
            switch source {
            case .pool(let pool): return try pool.read { try work(SQLiteTransaction($0)) }
            case .file(let file): return try file.read { try work(SQLiteTransaction($0)) }
            case .copy(let copy, of: _): return try copy.read { try work(SQLiteTransaction($0)) }
            }
        } catch {
            throw Self.told(error)
        }
    }

    package func findings() -> [LedgerFinding] {
        do {
            let damages = try inDatabase { try String.fetchAll($0, sql: "PRAGMA integrity_check(20)") }
            // These are the tables of the file, not the migrated ones in memory.
            let changes =
                switch source {
                case .pool(let pool): try pool.read(SchemaCheck.findings)
                case .file(let file), .copy(_, of: let file): try file.read(SchemaCheck.findings)
                }
            return damages.filter { $0 != "ok" }.map { .damaged(reason: $0) } + changes
        } catch {
            return [.damaged(reason: StoreFailure(of: error).reason)]
        }
    }

    private func inDatabase<Value: Sendable>(_ work: (Database) throws -> Value) throws -> Value {
        switch source {
        case .pool(let pool): try pool.read(work)
        case .file(let file): try file.read(work)
        case .copy(let copy, of: _): try copy.read(work)
        }
    }

    package func fail() { writer?.fail() }

    /// An error in the form for the rules: their own errors unchanged, those of SQLite and the disk with code and
    /// statement.
    private static func told(_ error: any Error) -> any Error {
        error is DatabaseError || error is DiskFailure ? StoreFailure(of: error) : error
    }
}

extension StoreFailure {
    init(of error: any Error) {
        switch error {
        case let failure as StoreFailure: self = failure
        case let failure as DiskFailure:
            self.init(unsafe String(cString: strerror(failure.code)), code: Int(failure.code), isLost: true)
        case let failure as DatabaseError:
            self.init(
                failure.message ?? "the database cannot be used", code: Int(failure.extendedResultCode.rawValue),
                statement: failure.sql)
        default: self.init("the database cannot be used")
        }
    }
}
