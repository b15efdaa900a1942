package import SecretProtocols
internal import Synchronization

/// The secret of the chain, and where the chain's last known end is noted.
///
/// Keep both where who can write the ledger cannot write: they are what makes a change of the log visible.
package struct AuditKey: Sendable {
    package let hash: any KeyedDigest
    package let headStore: any ChainHeadStore

    package init(_ hash: any KeyedDigest, headStore: any ChainHeadStore) {
        self.hash = hash
        self.headStore = headStore
    }
}

/// Where the end of a chain is noted, apart from the chain.
package protocol ChainHeadStore: Sendable {
    /// What messages call it.
    var name: String { get }
    /// The last end of the chain that was recorded.
    var lastSaved: StoredChainHead { get }
    /// Stores the head of the chain.
    ///
    /// After a crash it may be behind the log; it then proves less. After a loss of power it may be ahead, by entries
    /// that were not yet on the disk and that no caller was told are durable. A check reports those as gone.
    func save(_ end: ChainHead)
}

/// A note that is forgotten with the process, for a ledger in memory.
package final class MemoryChainHead: ChainHeadStore {
    private let held = Mutex(StoredChainHead.at(.beginning))

    package init() {}

    package var name: String { "memory" }
    package var lastSaved: StoredChainHead { held.withLock { $0 } }
    package func save(_ end: ChainHead) { held.withLock { $0 = .at(end) } }
}
