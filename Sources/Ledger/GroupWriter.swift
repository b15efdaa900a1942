internal import GRDB

/// Writes that come at the same time, in one transaction: one wait for the disk serves them all.
actor GroupWriter {
    typealias Work = @Sendable (Database) throws -> Void

    private let pool: DatabasePool

    private var waiting: [(work: Work, done: CheckedContinuation<Void, any Error>)] = []
    private var isWriting = false

    init(_ pool: DatabasePool) {
        self.pool = pool

    }

    /// Does `work` in a transaction, and returns once it is on the disk. Work that throws changes nothing.
    func write(_ work: @escaping Work) async throws {
        try await withCheckedThrowingContinuation { done in
            waiting.append((work, done))
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
            do {
                let results = try await pool.write { database in
                    let results = works.map { work in
                        Result<Void, any Error> {
                            try database.inSavepoint {
                                try work(database)
                                return .commit
                            }
                        }
                    }

                    return results
                }
                for (entry, result) in zip(batch, results) { entry.done.resume(with: result) }
            } catch {
                for entry in batch { entry.done.resume(throwing: error) }
            }
        }
        isWriting = false
    }
}
