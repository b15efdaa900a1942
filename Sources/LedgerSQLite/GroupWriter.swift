internal import Dispatch
internal import GRDB
internal import Ledger
internal import Synchronization

/// Writes that come at the same time, in one transaction.
///
/// One queue writes, another waits for the disk; whoever waits is woken from there straight away, since every further
/// change of thread is a wait for the processor.
final class GroupWriter: Sendable {
    typealias Work = @Sendable (any LedgerTransaction, AuditLog) throws -> Void

    private struct Entry: Sendable {
        let log: AuditLog
        let work: Work
        let isDurable: Bool
        let done: CheckedContinuation<Void, any Error>
    }

    private let pool: DatabasePool
    private let key: AuditKey
    private let disk: DiskWait
    private let checkpointer: Checkpointer
    private let queue = DispatchQueue(label: "ledger")
    private let line = WaitingLine<Entry>()
    private let endIsChecked = Mutex(false)

    init(_ pool: DatabasePool, _ key: AuditKey, _ sync: @escaping DiskWait.Sync) {
        self.pool = pool
        self.key = key
        let disk = DiskWait(sync)
        self.disk = disk
        checkpointer = Checkpointer(pool.path) { disk.fail() }
    }

    /// Does `work` in a transaction, and notes where the audit log then ends. Work that throws changes nothing; it may
    /// be called twice.
    ///
    /// - Parameter isDurable: Whether to return only once it is on the disk, so that it outlives a loss of power;
    ///   without, it outlives the process alone until the next durable write.
    func write(isDurable: Bool, _ log: AuditLog, _ work: @escaping Work) async throws {
        try await withCheckedThrowingContinuation { done in
            if line.join([Entry(log: log, work: work, isDurable: isDurable, done: done)]) {
                queue.async { self.drain() }
            }
        }
    }

    /// Lets nothing be written any more.
    func fail() { disk.fail() }

    private func drain() {
        while let group = line.next() {
            do {
                if let failure = disk.failure { throw failure }
                try checkEnd(group[0].log)
                let results = try pool.writeWithoutTransaction { database in
                    defer {
                        if database.isInsideTransaction { disk.fail() } else { checkpointer.noteCommit(database) }
                    }
                    return try Self.perform(group, in: database)
                }
                noteEnd(group, results)
                // The next group is written while the disk is waited for.
                disk.wait(for: zip(group, results).filter { $0.0.isDurable }.map { (done: $0.0.done, result: $0.1) })
                for (entry, result) in zip(group, results) where !entry.isDurable { entry.done.resume(with: result) }
            } catch {
                for entry in group { entry.done.resume(throwing: error) }
            }
        }
    }

    /// Holds the noted end of the chain against the log before this process writes for the first time.
    private func checkEnd(_ log: AuditLog) throws {
        guard
            endIsChecked.withLock({ isChecked in
                defer { isChecked = true }
                return !isChecked
            })
        else { return }
        // Before the log is looked at: whoever writes meanwhile notes an end after it has written.
        let noted = key.ends.noted
        try pool.writeWithoutTransaction { database in
            try database.inWriteTransaction { try log.addLoss(of: noted, to: SQLiteTransaction(database)) }
        }
    }

    private func noteEnd(_ group: [Entry], _ results: [Result<Void, any Error>]) {
        let ends = zip(group, results).compactMap { entry, result in (try? result.get()).flatMap { entry.log.end } }
        if let end = ends.last { key.ends.note(end) }
    }

    private static func perform(
        _ group: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        // A savepoint for each costs as much as the work; they are made only once it is known that one of them is
        // needed.
        let transaction = SQLiteTransaction(database)
        do {
            try database.inWriteTransaction {
                var end: ChainEnd?
                for entry in group {
                    entry.log.begin(after: end)
                    try entry.work(transaction, entry.log)
                    end = entry.log.end
                }
                try transaction.append(group.flatMap { $0.log.takeEntries() })
            }
            return group.map { _ in .success(()) }
        } catch {
            return try performApart(group, in: database)
        }
    }

    private static func performApart(
        _ group: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        var results: [Result<Void, any Error>] = []
        let transaction = SQLiteTransaction(database)
        // GRDB's own: it lets nothing be written any more once SQLite has rolled all back by itself.
        try database.inTransaction(.immediate) {
            var end: ChainEnd?
            for entry in group {
                let result = Result {
                    entry.log.begin(after: end)
                    try database.inSavepoint {
                        try entry.work(transaction, entry.log)
                        try transaction.append(entry.log.takeEntries())
                        return .commit
                    }
                }
                if case .success = result { end = entry.log.end }
                results.append(result)
            }
            return .commit
        }
        return results
    }
}
