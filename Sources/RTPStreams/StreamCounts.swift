/// What has become of the packets of a secured stream.
package struct StreamCounts: Sendable, Hashable {
    /// Packets that came.
    package var received = 0
    /// Packets that came after their turn, or twice.
    package var late = 0
    /// Sequence numbers that never came in time.
    package var lost = 0
    /// Packets with telephone events, which go no further.
    package var events = 0
    /// Packets of no agreed kind, which go no further, and packets for which there was no room.
    package var refused = 0
    /// Packets of which at least one sample was replaced.
    package var replaced = 0
    /// Packets that went on.
    package var sent = 0
}
