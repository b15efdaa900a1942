/// What was removed from one leg as a tone of its own: its echo may come back on another leg.
struct RemovedTone: Sendable {
    /// A bit for each of the last samples that left: whether it was removed and not zero.
    private var bits: [UInt64]
    private let mask: Int
    /// The newest sample that was removed and was not zero.
    private(set) var last = Int.min / 2
    /// Samples at the low rate of a press that was not learned from yet.
    var press: Range<Int>?
    /// Samples for each one at the low rate.
    private let factor: Int

    /// - Parameter length: Samples that are remembered, at least.
    init(keeping length: Int, factor: Int) {
        let capacity = max(64, SampleRing.capacity(keeping: length))
        bits = Array(repeating: 0, count: capacity / 64)
        mask = capacity - 1
        self.factor = factor
    }

    /// Notes the next sample that leaves.
    @inline(__always) mutating func note(_ index: Int, _ sample: Float, isRemoved: Bool) {
        let (slot, isThere) = (index & mask, isRemoved && sample != 0)
        if isThere { bits[slot / 64] |= 1 << UInt64(slot % 64) } else { bits[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        guard isThere else { return }
        last = index
        press = (press?.lowerBound ?? index / factor)..<(index / factor + 1)
    }

    /// Notes that the next samples leave as they came.
    @inline(__always) mutating func pass(_ range: Range<Int>) {
        // Once a ring has passed, every bit is clear.
        guard range.lowerBound - last <= mask + 1 else { return }
        for index in range { note(index, 0, isRemoved: false) }
    }

    /// Whether sample `index` was removed.
    @inline(__always) func contains(_ index: Int) -> Bool {
        let slot = index & mask
        return bits[slot / 64] >> UInt64(slot % 64) & 1 != 0
    }
}
