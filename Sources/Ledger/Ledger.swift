internal import AtomicFiles
public import Foundation
internal import GRDB
internal import Glibc
internal import KeyedHash
internal import Synchronization

/// What was asked of gateways and what came of it, in an SQLite file that several processes may use at once.
///
/// Holds no card data beyond brand, last four digits, expiry and the token that the gateway has for it. Every change stands in an
/// append-only audit log whose entries are chained by a keyed hash. What is about to be sent is on the disk before it is (its
/// commit's write-ahead log is synced); what came of it is found again after a loss of power by asking the gateway.
public final class Ledger: Sendable {
    /// The file.
    public let path: String
    private let source: Source
    /// `nil` where the ledger was opened to be read without it.
    let key: AuditKey?
    private let origin: Origin
    private let clock: @Sendable () -> Date
    /// `nil` where the ledger was opened to be read.
    private let writer: GroupWriter?
    /// The process that the rows of this ledger are of.
    let process: ProcessIdentity
    /// What the ledger is, once ``adopt(_:)`` has said so.
    let adopted = Mutex<LedgerIdentity?>(nil)
    /// Files that others could read or write, and that nobody but their owner can now.
    public let tightened: [String]

    /// Where the ledger is read.
    private enum Source {
        case pool(DatabasePool)
        /// A file that is not written.
        case file(ReadOnlyDatabase)
        /// The tables of before, brought up to date in memory.
        case copy(DatabaseQueue, of: ReadOnlyDatabase)
    }

    /// The ledger at `path`, made where there is none.
    ///
    /// - Parameters:
    ///   - origin: Who writes, and from where, for the audit log.
    ///   - keyPath: Where the key of the audit log lies; `PATH.key` unless told.
    ///   - mustExist: Whether a missing file is an error.
    public convenience init(
        _ path: String, by origin: Origin, keyPath: String? = nil, mustExist: Bool = false,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(LedgerError) {
        let log = SyncedFile(path + "-wal")
        try self.init(path, by: origin, keyPath: keyPath, mustExist: mustExist, clock: clock, sync: { log.sync() })
    }

    /// - Parameters:
    ///   - process: The process that the rows are of.
    ///   - sync: Brings the write-ahead log to the disk.
    init(
        _ path: String, by origin: Origin, keyPath: String? = nil, mustExist: Bool = false,
        clock: @escaping @Sendable () -> Date = { Date() }, process: ProcessIdentity = .own,
        sync: @escaping DiskWait.Sync
    ) throws(LedgerError) {
        let files = LedgerFiles(path: path, keyPath: keyPath ?? path + ".key")
        let isNew = try files.makeIfMissing(mustExist: mustExist)
        tightened = try files.tighten()
        self.path = path
        self.origin = origin
        self.clock = clock
        self.process = process
        let key = try AuditKey(path: files.keyPath)
        if isNew, key.notedEnd == .missing { key.note(.beginning) }
        self.key = key
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        // A transaction that cannot even be undone, as where the file is gone, is no reason to trap: see GroupWriter.
        configuration.allowsUnsafeTransactions = true
        // See Checkpointer.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        do {
            let pool = try DatabasePool(path: path.databaseName, configuration: configuration)
            try Schema.migrator.migrate(pool)
            source = .pool(pool)
            writer = GroupWriter(pool, key, sync)
        } catch {
            throw Self.failure(error, at: path)
        }
    }

    /// The ledger at `path`, to be read: nothing is written, neither to it nor beside it, and nothing of it has to be writable.
    ///
    /// - Parameters:
    ///   - keyPath: Where the key of the audit log lies; `PATH.key` unless told.
    ///   - needsKey: Whether the key has to be there, as ``verify(against:)`` wants it.
    public init(reading path: String, keyPath: String? = nil, needsKey: Bool = false) throws(LedgerError) {
        guard unsafe access(path.systemName, F_OK) == 0 else { throw .notFound(path: path) }
        self.path = path
        origin = Origin(who: "", place: "")
        clock = { Date() }
        process = .own
        tightened = []
        writer = nil
        key = needsKey ? try AuditKey(path: keyPath ?? path + ".key") : nil
        let file = ReadOnlyDatabase(path)
        do {
            let isOld = try file.read { database in
                guard try database.tableExists("grdb_migrations") else {
                    throw DatabaseError(resultCode: .SQLITE_NOTADB, message: "it has none of a ledger's tables")
                }
                return try !Schema.migrator.hasCompletedMigrations(database)
            }
            // Tables that cannot be brought up to date are read as they are, and a check tells what is wrong with them.
            let copy = isOld ? try? Self.migrated(file) : nil
            source = copy.map { .copy($0, of: file) } ?? .file(file)
        } catch {
            throw Self.failure(error, at: path)
        }
    }

    private static func migrated(_ file: ReadOnlyDatabase) throws -> DatabaseQueue {
        let copy = try DatabaseQueue()
        try file.read { source in try copy.writeWithoutTransaction { try source.backup(to: $0) } }
        try Schema.migrator.migrate(copy)
        return copy
    }

    private static func failure(_ error: any Error, at path: String) -> LedgerError {
        let reason = reason(error)
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: return .notALedger(path: path, reason: reason)
        default: return .cannotOpen(path: path, reason: reason)
        }
    }

    /// What it is written by; `nil` where it was opened to be read.
    var pool: DatabasePool? { if case .pool(let pool) = source { pool } else { nil } }

    /// Lets nothing be written any more, as after a write that was lost.
    func fail() { writer?.fail() }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let failure as DiskFailure: unsafe String(cString: strerror(failure.code))
        case let failure as DatabaseError: failure.message ?? "the database cannot be used"
        default: "the database cannot be used"
        }
    }

    /// What marks a row of a ledger of tests.
    var testMark: Int? { adopted.withLock { $0?.kind } == .test ? 1 : nil }

    /// Milliseconds since 1970.
    func now() -> Int { Int(clock().timeIntervalSince1970 * 1000) }

    /// Makes a change and writes it to the audit log, both or neither.
    ///
    /// - Parameters:
    ///   - isDurable: Whether to return only once both are on the disk.
    ///   - time: When, in milliseconds since 1970; now unless told.
    func change(
        isDurable: Bool, at time: Int? = nil, _ work: @escaping @Sendable (Database, _ log: AuditLog) throws -> Void
    ) async throws(LedgerError) {
        guard let writer, let key else { throw .writeFailed(path: path, reason: "it was opened to be read") }
        let log = AuditLog(origin: origin, key: key, at: time ?? now())
        do {
            try await writer.write(isDurable: isDurable, log, work)
        } catch let error as LedgerError {
            throw error
        } catch let failure as DiskFailure {
            throw .notOnDisk(path: path, reason: Self.reason(failure))
        } catch {
            throw .writeFailed(path: path, reason: Self.reason(error))
        }
    }

    /// Reads without waiting for writers.
    func read<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) throws(LedgerError) -> Value {
        do {
            return try readWhole(work)
        } catch {
            throw .notALedger(path: path, reason: Self.reason(error))
        }
    }

    /// Reads as ``read(_:)`` does, with errors as they come.
    func readWhole<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) throws -> Value {
        switch source {
        case .pool(let pool): try pool.read(work)
        case .file(let file): try file.read(work)
        case .copy(let copy, of: _): try copy.read(work)
        }
    }

    /// What of the tables is not as this program makes it, in the file itself.
    func schemaFindings() throws -> [LedgerFinding] {
        switch source {
        case .pool(let pool): try pool.read(SchemaCheck.findings)
        case .file(let file), .copy(_, of: let file): try file.read(SchemaCheck.findings)
        }
    }

    /// Where the audit log ends now: kept elsewhere, it proves later that nothing before it was changed or cut off.
    public func end() throws(LedgerError) -> ChainEnd { try read { try AuditLog.end(in: $0) } }
}
