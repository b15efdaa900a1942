internal import GRDB

/// Writes that come at the same time, in one transaction: one wait for the disk serves them all.
actor GroupWriter {
    typealias Work = @Sendable (Database) throws -> Void

    private let pool: DatabasePool

    private var waiting: [(work: Work, isDurable: Bool, done: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    init(_ pool: DatabasePool) {
        self.pool = pool

    }

    /// Does `work` in a transaction. Work that throws changes nothing.
    ///
    /// - Parameter isDurable: Whether to return only once it is on the disk, so that it outlives a loss of power; without, it outlives the
    ///   process alone until the next durable write.
    func write(isDurable: Bool, _ work: @escaping Work) async throws {
        try await withCheckedThrowingContinuation { done in
            waiting.append((work, isDurable, done))
            guard !isWriting else { return }
            isWriting = true
            Task { await drain() }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            let works = batch.map(\.work)
            let mode = batch.contains(where: \.isDurable) ? "FULL" : "NORMAL"
            do {
                let results = try await pool.writeWithoutTransaction { database in
                    try database.execute(sql: "PRAGMA synchronous = \(mode)")
                    return try Self.perform(works, in: database)
                }
                for (entry, result) in zip(batch, results) { entry.done.resume(with: result) }
            } catch {
                for entry in batch { entry.done.resume(throwing: error) }
            }
        }
        isWriting = false
    }

    private static func perform(_ works: [Work], in database: Database) throws -> [Result<Void, any Error>] {
        var results: [Result<Void, any Error>] = []
        try database.inTransaction(.immediate) {
            for work in works {
                results.append(
                    Result {
                        try database.inSavepoint {
                            try work(database)
                            return .commit
                        }
                    })
            }
            return .commit
        }
        return results
    }
}
