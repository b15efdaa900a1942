package import SecretProtocols
internal import Synchronization

/// The secret key of the chain, and the store of the chain's last known end.
///
/// Keep both where users who can write the ledger cannot write. They make a change of the log detectable.
package struct AuditKey: Sendable {
    package let hash: any KeyedDigest
    package let headStore: any ChainHeadStore

    package init(_ hash: any KeyedDigest, headStore: any ChainHeadStore) {
        self.hash = hash
        self.headStore = headStore
    }
}

/// Stores the end of a chain apart from the chain.
package protocol ChainHeadStore: Sendable {
    /// The store's name in messages.
    var name: String { get }
    /// The last end of the chain that was recorded.
    var lastSaved: StoredChainHead { get }
    /// Stores the head of the chain.
    ///
    /// After a crash it may be older than the log, and then proves less. After a loss of power it may be newer, by
    /// entries that were not yet on the disk and that were not reported as durable. A check reports those as missing.
    func save(_ end: ChainHead)
}

/// A chain head that exists only in this process, for a ledger in memory.
package final class MemoryChainHead: ChainHeadStore {
    private let held = Mutex(StoredChainHead.at(.beginning))

    package init() {}

    package var name: String { "memory" }
    package var lastSaved: StoredChainHead { held.withLock { $0 } }
    package func save(_ end: ChainHead) { held.withLock { $0 = .at(end) } }
}
