internal import Dispatch
internal import GRDB
internal import Synchronization

/// Writes that come at the same time, in one transaction: one wait for the disk serves them all.
///
/// One queue writes; whoever waits is woken from it straight away, since every further change of thread is a wait for the processor.
final class GroupWriter: Sendable {
    typealias Work = @Sendable (Database, AuditLog) throws -> Void

    private struct Entry: Sendable {
        let log: AuditLog
        let work: Work
        let isDurable: Bool
        let done: CheckedContinuation<Void, any Error>
    }

    private struct Waiting {
        var entries: [Entry] = []
        var isWriting = false
        /// Whether the database waits for the disk at the end of each transaction.
        var isFull = false
    }

    private let pool: DatabasePool
    private let key: AuditKey
    private let queue = DispatchQueue(label: "ledger")
    private let waiting = Mutex(Waiting())

    init(_ pool: DatabasePool, _ key: AuditKey) {
        self.pool = pool
        self.key = key
    }

    /// Does `work` in a transaction, and notes where the audit log then ends. Work that throws changes nothing; it may be called twice.
    ///
    /// - Parameter isDurable: Whether to return only once it is on the disk, so that it outlives a loss of power; without, it outlives the
    ///   process alone until the next durable write.
    func write(isDurable: Bool, _ log: AuditLog, _ work: @escaping Work) async throws {
        try await withCheckedThrowingContinuation { done in
            let begins = waiting.withLock { waiting in
                waiting.entries.append(Entry(log: log, work: work, isDurable: isDurable, done: done))
                defer { waiting.isWriting = true }
                return !waiting.isWriting
            }
            if begins { queue.async { self.drain() } }
        }
    }

    private func drain() {
        while let (batch, wasFull) = next() {
            let isFull = batch.contains(where: \.isDurable)
            do {
                let results = try pool.writeWithoutTransaction { database in
                    if isFull != wasFull {
                        try database.execute(sql: "PRAGMA synchronous = \(isFull ? "FULL" : "NORMAL")")
                    }
                    return try Self.perform(batch, in: database)
                }
                waiting.withLock { $0.isFull = isFull }
                noteEnd(batch, results)
                for (entry, result) in zip(batch, results) { entry.done.resume(with: result) }
            } catch {
                for entry in batch { entry.done.resume(throwing: error) }
            }
        }
    }

    /// Everything that waits, and whether the last batch waited for the disk; `nil` where nothing does.
    private func next() -> (batch: [Entry], wasFull: Bool)? {
        waiting.withLock { waiting in
            guard !waiting.entries.isEmpty else {
                waiting.isWriting = false
                return nil
            }
            defer { waiting.entries = [] }
            return (waiting.entries, waiting.isFull)
        }
    }

    private func noteEnd(_ batch: [Entry], _ results: [Result<Void, any Error>]) {
        let ends = zip(batch, results).compactMap { entry, result in (try? result.get()).flatMap { entry.log.head } }
        if let end = ends.last { key.setHead(end.sequence, end.code) }
    }

    private static func perform(
        _ batch: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        // A savepoint for each costs as much as the work; they are made only once it is known that one of them is needed.
        do {
            try database.inTransaction(.immediate) {
                for entry in batch { try entry.work(database, entry.log) }
                return .commit
            }
            return batch.map { _ in .success(()) }
        } catch {
            return try performApart(batch, in: database)
        }
    }

    private static func performApart(
        _ batch: [Entry], in database: Database
    ) throws -> [Result<Void, any Error>] {
        var results: [Result<Void, any Error>] = []
        try database.inTransaction(.immediate) {
            for entry in batch {
                results.append(
                    Result {
                        try database.inSavepoint {
                            try entry.work(database, entry.log)
                            return .commit
                        }
                    })
            }
            return .commit
        }
        return results
    }
}
