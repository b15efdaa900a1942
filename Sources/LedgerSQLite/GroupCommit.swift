internal import Dispatch
internal import GRDB
internal import Ledger
internal import Synchronization

/// Commits concurrent writes in one transaction.
///
/// One queue writes. Another waits for the disk and resumes the callers. Every further change of thread would cost
/// time.
final class GroupCommit: Sendable {
    typealias Work = @Sendable (any LedgerTransaction, AuditLog) throws -> Void

    private struct Entry: Sendable {
        let log: AuditLog
        let work: Work
        let isDurable: Bool
        let done: CheckedContinuation<Void, any Error>
    }

    private let pool: DatabasePool
    private let key: AuditKey
    private let disk: DurabilityBarrier
    private let checkpointer: Checkpointer
    private let queue = DispatchQueue(label: "ledger")
    private let queued = BatchQueue<Entry>()
    private let headIsChecked = Mutex(false)

    init(_ pool: DatabasePool, _ key: AuditKey, _ sync: @escaping DurabilityBarrier.Sync) {
        self.pool = pool
        self.key = key
        let disk = DurabilityBarrier(sync)
        self.disk = disk
        checkpointer = Checkpointer(pool.path) { disk.fail() }
    }

    /// Runs `work` in a transaction, and stores the new end of the audit log. If `work` throws, nothing is changed. It
    /// may be called twice.
    ///
    /// - Parameter isDurable: Whether to return only after the change is on the disk and survives a loss of power.
    ///   Otherwise, until the next durable write, it survives only the end of the process.
    func write(isDurable: Bool, _ log: AuditLog, _ work: @escaping Work) async throws {
        try await withCheckedThrowingContinuation { done in
            if queued.enqueue([Entry(log: log, work: work, isDurable: isDurable, done: done)]) {
                queue.async { self.drain() }
            }
        }
    }

    /// Refuses all further writes.
    func fail() { disk.fail() }

    private func drain() {
        while let group = queued.takeBatch() {
            do {
                if let failure = disk.failure { throw failure }
                try checkHead(group[0].log)
                let results = try pool.writeWithoutTransaction { database in
                    defer {
                        if database.isInsideTransaction { disk.fail() } else { checkpointer.noteCommit(database) }
                    }
                    return try Self.perform(group, in: database)
                }
                storeHead(group, results)
                // The next group is written while this one waits for the disk.
                disk.wait(for: zip(group, results).filter { $0.0.isDurable }.map { (done: $0.0.done, result: $0.1) })
                for (entry, result) in zip(group, results) where !entry.isDurable { entry.done.resume(with: result) }
            } catch {
                for entry in group { entry.done.resume(throwing: error) }
            }
        }
    }

    /// Compares the stored head of the chain with the log, before this process writes for the first time.
    private func checkHead(_ log: AuditLog) throws {
        guard
            headIsChecked.withLock({ isChecked in
                defer { isChecked = true }
                return !isChecked
            })
        else { return }
        // This comes before the log is read, because other processes store a head after they have written.
        let lastSaved = key.headStore.lastSaved
        try pool.writeWithoutTransaction { database in
            try database.inWriteTransaction { try log.addLoss(of: lastSaved, to: SQLiteTransaction(database)) }
        }
    }

    private func storeHead(_ group: [Entry], _ results: [Result<Void, any Error>]) {
        let ends = zip(group, results).compactMap { entry, result in (try? result.get()).flatMap { entry.log.end } }
        if let end = ends.last { key.headStore.save(end) }
    }

    private static func perform(
        _ group: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        // A savepoint costs as much as the work, so savepoints are used only after a failure.
        let transaction = SQLiteTransaction(database)
        do {
            try database.inWriteTransaction {
                var end: ChainHead?
                for entry in group {
                    entry.log.begin(after: end)
                    try entry.work(transaction, entry.log)
                    end = entry.log.end
                }
                try transaction.append(group.flatMap { $0.log.takeEntries() })
            }
            return group.map { _ in .success(()) }
        } catch {
            return try performInSavepoints(group, in: database)
        }
    }

    private static func performInSavepoints(
        _ group: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        var results: [Result<Void, any Error>] = []
        let transaction = SQLiteTransaction(database)
        // GRDB's transaction refuses further writes after SQLite has rolled back on its own.
        try database.inTransaction(.immediate) {
            var end: ChainHead?
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
