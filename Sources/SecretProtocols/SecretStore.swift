/// Stores secrets while they are in use, in memory that is never swapped, never dumped and never inherited by a child
/// process.
public protocol SecretStore: Sendable {
    /// A buffer of at least `capacity` bytes, all zero; `nil` if the system cannot lock memory for it.
    func buffer(capacity: Int) -> (any SecretBuffer)?
}

/// Bytes of a ``SecretStore``. They are overwritten with zeros when the last owner releases the buffer.
public protocol SecretBuffer: AnyObject, Sendable {
    /// The byte at `index`, counted from 0 to below the buffer's capacity.
    subscript(index: Int) -> UInt8 { get set }

    /// Passes the bytes in `range` to `body`, without a copy.
    func withBytes<R, E: Error>(in range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R

    /// Overwrites the bytes in `range` with zeros, by a call that no optimiser removes.
    func wipe(_ range: Range<Int>)
}

/// Advice for a system that does not lock enough memory for a payment.
package let lockedMemoryAdvice = "allow 64 KB or more: 'ulimit -l 64' as root, LimitMEMLOCK=64K in a systemd unit"
