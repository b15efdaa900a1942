internal import Synchronization

/// A store in memory, for tests and trials. Its content ends with the process.
package final class MemoryLedgerStore: LedgerStore {
    private struct State {
        var tables = RowTables()
        var isFailed = false
        var headIsChecked = false
    }

    package let name: String
    private let headStore: any ChainHeadStore
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: The store's name in messages.
    ///   - headStore: Stores the chain's end.
    package init(named name: String = "memory", headStore: any ChainHeadStore) {
        self.name = name
        self.headStore = headStore
    }

    package func write(
        isDurable: Bool, _ log: AuditLog, _ work: @escaping @Sendable (any LedgerTransaction, AuditLog) throws -> Void
    ) async throws {
        try state.withLock { state in
            if state.isFailed { throw StoreFailure("a write was lost before", isLost: true) }
            let change = TableTransaction(state.tables)
            if !state.headIsChecked { try log.addLoss(of: headStore.lastSaved, to: change) }
            log.begin(after: nil)
            try work(change, log)
            try change.append(log.takeEntries())
            state.tables = change.tables
            state.headIsChecked = true
            if let end = log.end { headStore.save(end) }
        }
    }

    package func read<Value: Sendable>(_ work: (any LedgerReader) throws -> Value) throws -> Value {
        try work(TableTransaction(state.withLock { $0.tables }))
    }

    package func findings() -> [LedgerFinding] { [] }

    package func fail() { state.withLock { $0.isFailed = true } }
}
