/// What was removed from one leg as a tone of its own: its echo may come back on another leg.
///
/// It comes in pieces, from which the paths of the echo are learned. Samples of a piece are counted at the low rate.
struct RemovedTone: Sendable {
    /// Samples at the low rate without a tone after which a piece has ended.
    private static let gap = 64
    /// Pieces that wait to be learned from, at most.
    private static let most = 4

    /// A bit for each of the last samples that left: whether it was removed and not zero.
    private var bits: [UInt64]
    private let mask: Int
    /// The newest sample that was removed and was not zero.
    private(set) var last = Int.min / 2
    /// The pieces that are complete, oldest first, and the one that goes on.
    private var complete: [Range<Int>] = []
    private var going: Range<Int>?
    /// Samples of the longest piece.
    private let longestPiece: Int
    /// Samples for each one at the low rate.
    private let factor: Int

    /// - Parameters:
    ///   - length: Samples that are remembered, at least.
    ///   - longestPiece: Samples of the longest piece, at the low rate.
    init(keeping length: Int, longestPiece: Int, factor: Int) {
        let capacity = max(64, SampleRing.capacity(keeping: length))
        bits = Array(repeating: 0, count: capacity / 64)
        mask = capacity - 1
        self.longestPiece = longestPiece
        self.factor = factor
        complete.reserveCapacity(Self.most)
    }

    /// Whether a piece goes on or waits.
    var hasPiece: Bool { going != nil || !complete.isEmpty }

    /// The oldest piece that is complete.
    var oldestPiece: Range<Int>? { complete.first }

    mutating func dropOldestPiece() { complete.removeFirst() }

    /// Notes the next sample that leaves.
    @inline(__always) mutating func note(_ index: Int, _ sample: Float, isRemoved: Bool) {
        let (slot, isThere) = (index & mask, isRemoved && sample != 0)
        if isThere { bits[slot / 64] |= 1 << UInt64(slot % 64) } else { bits[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        guard isThere else { return }
        last = index
        let low = factor == 1 ? index : index / factor
        endPiece(before: low)
        going = (going?.lowerBound ?? low)..<(low + 1)
    }

    /// Ends the piece that goes on if it would be too long with sample `low`, or if its tone ended a while before it.
    @inline(__always) mutating func endPiece(before low: Int) {
        guard let piece = going, low >= piece.lowerBound + longestPiece || low > piece.upperBound + Self.gap else {
            return
        }
        // A piece for which there is no room is not learned from.
        if complete.count < Self.most { complete.append(piece) }
        going = nil
    }

    /// Notes that the next samples leave as they came.
    @inline(__always) mutating func pass(_ range: Range<Int>) {
        // Once a ring has passed, every bit is clear.
        guard range.lowerBound - last <= mask + 1 else { return }
        var index = range.lowerBound
        while index < range.upperBound {
            // The part of the range in one word.
            let (slot, end) = (index & mask, min(range.upperBound, (index | 63) + 1))
            let ones = UInt64.max >> UInt64(64 - (end - index))
            bits[slot / 64] &= ~(ones << UInt64(slot % 64))
            index = end
        }
    }

    /// Whether sample `index` was removed.
    @inline(__always) func contains(_ index: Int) -> Bool {
        let slot = index & mask
        return bits[slot / 64] >> UInt64(slot % 64) & 1 != 0
    }
}
