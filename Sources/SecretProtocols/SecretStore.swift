/// Where secrets lie while they are in use: memory that is never swapped, never dumped and never inherited by a child
/// process.
public protocol SecretStore: Sendable {
    /// A buffer of at least `capacity` bytes, all zero; `nil` where the system locks no memory for it.
    func buffer(capacity: Int) -> (any SecretBuffer)?
}

/// Bytes of a ``SecretStore``. All are overwritten with zeros once nobody holds the buffer.
public protocol SecretBuffer: AnyObject, Sendable {
    /// The byte at `index`, counted from 0 to below the buffer's capacity.
    subscript(index: Int) -> UInt8 { get set }

    /// Gives the bytes in `range` to `body`, without a copy.
    func withBytes<R, E: Error>(in range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R

    /// Overwrites the bytes in `range` with zeros, by a call that no optimiser removes.
    func wipe(_ range: Range<Int>)
}

/// What to do where the system does not lock enough memory for a payment.
package let lockedMemoryAdvice = "allow 64 KB or more: 'ulimit -l 64' as root, LimitMEMLOCK=64K in a systemd unit"
