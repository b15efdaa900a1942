package import Synchronization

/// What one side of a stream has sent so far. The media loop writes it, and anyone may read it.
package final class StreamMeter: Sendable {
    package let packets = Atomic<Int>(0)
    package let bytes = Atomic<Int>(0)
    /// Packets from elsewhere than the far end.
    package let foreign = Atomic<Int>(0)
    package let source = Atomic<UInt32>(0)
    /// When the last packet came, in microseconds of the loop's clock; 0 if none came.
    package let lastArrival = Atomic<Int64>(0)

    package init() {}

    func add(_ bytes: Int, from source: UInt32, at now: Int64) {
        packets.add(1, ordering: .relaxed)
        self.bytes.add(bytes, ordering: .relaxed)
        self.source.store(source, ordering: .relaxed)
        lastArrival.store(now, ordering: .relaxed)
    }
}
