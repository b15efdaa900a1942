public import Foundation
internal import GRDB
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
    let pool: DatabasePool
    let key: AuditKey
    private let origin: Origin
    private let clock: @Sendable () -> Date
    private let writer: GroupWriter
    /// The process that the rows of this ledger are of.
    let process: ProcessIdentity
    /// What the ledger is, once ``adopt(_:)`` has said so.
    let adopted = Mutex<LedgerIdentity?>(nil)
    /// Files that others could read or write, and that nobody but their owner can now.
    public let tightened: [String]

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
        try files.makeIfMissing(mustExist: mustExist)
        tightened = try files.tighten()
        self.path = path
        self.origin = origin
        self.clock = clock
        self.process = process
        key = try AuditKey(path: files.keyPath)
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        // A transaction that cannot even be undone, as where the file is gone, is no reason to trap: see GroupWriter.
        configuration.allowsUnsafeTransactions = true
        // See Checkpointer.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try Schema.migrator.migrate(pool)
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT
        {
            throw .notALedger(path: path, reason: error.message ?? "damaged")
        } catch {
            throw .cannotOpen(path: path, reason: Self.reason(error))
        }
        writer = GroupWriter(pool, key, sync)
    }

    /// Lets nothing be written any more, as after a write that was lost.
    func fail() { writer.fail() }

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
            return try pool.read(work)
        } catch {
            throw .notALedger(path: path, reason: Self.reason(error))
        }
    }
}
