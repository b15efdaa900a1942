package import Foundation
internal import GRDB
package import Ledger
internal import LedgerHost

/// Ledgers in SQLite files.
extension Ledger {
    /// The ledger at `path`, made if it is missing.
    ///
    /// - Parameters:
    ///   - origin: Who writes, and from where, for the audit log.
    ///   - keyPath: Where the key of the audit log lies; `PATH.key` by default.
    ///   - mustExist: Whether a missing file is an error.
    package convenience init(
        _ path: String, by origin: Origin, keyPath: String? = nil, mustExist: Bool = false,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(LedgerError) {
        let log = FsyncedFile(path + "-wal")
        try self.init(path, by: origin, keyPath: keyPath, mustExist: mustExist, clock: clock, sync: { log.sync() })
    }

    /// - Parameters:
    ///   - process: The process that the rows are of.
    ///   - sync: Brings the write-ahead log to the disk.
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

    /// The ledger at `path`, to be read: nothing is written, neither to it nor beside it, and nothing of it has to be
    /// writable.
    ///
    /// - Parameters:
    ///   - keyPath: Where the key of the audit log lies; `PATH.key` by default.
    ///   - needsKey: Whether the key has to be there, as ``verify(against:)`` wants it.
    package convenience init(
        reading path: String, keyPath: String? = nil, needsKey: Bool = false
    ) throws(LedgerError) {
        try LedgerFiles.requireFile(path)
        let key = needsKey ? try KeyFile.read(LedgerFiles(path: path, keyPath: keyPath).keyPath) : nil
        let store = try SQLiteLedgerStore(reading: path)
        self.init(in: store, key: key, by: Origin(who: "", place: ""), processes: .system)
    }

    /// All files that the ledger at `path` consists of, whether they are there or not.
    package static func databaseFiles(_ path: String, keyPath: String?) -> [String] {
        LedgerFiles(path: path, keyPath: keyPath).all
    }

    /// Files whose permissions were taken from others.
    package var tightened: [String] { (store as? SQLiteLedgerStore)?.tightened ?? [] }

    /// The pool that writes; `nil` if the ledger was opened to read.
    var pool: DatabasePool? { (store as? SQLiteLedgerStore)?.pool }
}
