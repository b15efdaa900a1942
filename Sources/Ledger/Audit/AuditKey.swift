package import SecretProtocols
internal import Synchronization

/// The secret of the chain, and where the chain's last known end is noted.
///
/// Keep both where who can write the ledger cannot write: they are what makes a change of the log visible.
package struct AuditKey: Sendable {
    package let hash: any KeyedDigest
    package let ends: any ChainEndNote

    package init(_ hash: any KeyedDigest, ends: any ChainEndNote) {
        self.hash = hash
        self.ends = ends
    }
}

/// Where the end of a chain is noted, apart from the chain.
package protocol ChainEndNote: Sendable {
    /// What messages call it.
    var name: String { get }
    /// The last end of the chain that was written down.
    var noted: NotedEnd { get }
    /// Writes the end of the chain down. It may lag behind after a crash, which takes nothing from what it proves;
    /// after a loss of power it may be ahead by entries that had not come to the disk and that nobody was told of as
    /// lasting: a check then says that they are gone.
    func note(_ end: ChainEnd)
}

/// A note that is forgotten with the process, for a ledger in memory.
package final class MemoryChainEnd: ChainEndNote {
    private let held = Mutex(NotedEnd.at(.beginning))

    package init() {}

    package var name: String { "memory" }
    package var noted: NotedEnd { held.withLock { $0 } }
    package func note(_ end: ChainEnd) { held.withLock { $0 = .at(end) } }
}
