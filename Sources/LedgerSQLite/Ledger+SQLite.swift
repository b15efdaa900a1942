package import Foundation
internal import GRDB
package import Ledger
internal import LedgerHost

/// Ledgers in SQLite files.
extension Ledger {
    /// The ledger at `path`, created if it is missing.
    ///
    /// - Parameters:
    ///   - origin: The author of changes and the author's place, for the audit log.
    ///   - keyPath: The key file of the audit log; `PATH.key` by default.
    ///   - mustExist: Whether a missing file is an error.
    package convenience init(
        _ path: String, by origin: Origin, keyPath: String? = nil, mustExist: Bool = false,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(LedgerError) {
        let log = FsyncedFile(path + "-wal")
        try self.init(path, by: origin, keyPath: keyPath, mustExist: mustExist, clock: clock, sync: { log.sync() })
    }

    /// - Parameters:
    ///   - process: The process that writes the rows.
    ///   - sync: Syncs the write-ahead log.
    package convenience init(
        _ path: String, by origin: Origin, keyPath: String? = nil, mustExist: Bool = false,
        clock: @escaping @Sendable () -> Date = { Date() }, process: ProcessIdentity = .own,
        sync: @escaping DurabilityBarrier.Sync
    ) throws(LedgerError) {
        let files = LedgerFiles(path: path, keyPath: keyPath)
        let isNew = try files.makeIfMissing(mustExist: mustExist)
        let tightened = try files.tighten()
        let key = try KeyFile.read(files.keyPath)
        if isNew, key.headStore.lastSaved == .missing { key.headStore.save(.beginning) }
        let store = try SQLiteLedgerStore(path, key: key, tightened: tightened, sync: sync)
        self.init(in: store, key: key, by: origin, processes: .system(own: process), clock: clock)
    }

    /// Opens the ledger at `path` for reading. Nothing is written, neither to it nor beside it, so it may be
    /// write-protected.
    ///
    /// - Parameters:
    ///   - keyPath: The key file of the audit log; `PATH.key` by default.
    ///   - needsKey: Whether the key is required, as for ``verify(against:)``.
    package convenience init(
        reading path: String, keyPath: String? = nil, needsKey: Bool = false
    ) throws(LedgerError) {
        try LedgerFiles.requireFile(path)
        let key = needsKey ? try KeyFile.read(LedgerFiles(path: path, keyPath: keyPath).keyPath) : nil
        let store = try SQLiteLedgerStore(reading: path)
        self.init(in: store, key: key, by: Origin(who: "", place: ""), processes: .system)
    }

    /// The paths of all files of the ledger at `path`, whether they exist or not.
    package static func databaseFiles(_ path: String, keyPath: String?) -> [String] {
        LedgerFiles(path: path, keyPath: keyPath).all
    }

    /// Files from which permissions of others were removed.
    package var tightened: [String] { (store as? SQLiteLedgerStore)?.tightened ?? [] }

    /// The pool for writing; `nil` if the ledger was opened for reading.
    var pool: DatabasePool? { (store as? SQLiteLedgerStore)?.pool }
}
