/// A tone of another leg that may come back on this one.
struct ExpectedEcho: Sendable {
    var tone: HeardTone
    /// The most power it may have, mean square.
    var mostPower: Float
}

/// The tones of all legs that may still come back on another one.
///
/// A line's echo arrives up to 150 ms late; a tone is expected from its first hop until 200 ms after its last.
struct EchoGuard: Sendable {
    /// Tones that are remembered of each leg: a second key may be pressed before the first one's echo ends.
    static let remembered = 4

    private struct Memory: Sendable {
        var leg: Int
        var tone: HeardTone
        var last: Int
    }

    private let reach: Int
    private var memories: [Memory?]
    /// What one leg is to expect; filled by ``expect(on:now:mostGain:)``.
    private(set) var expected: [ExpectedEcho?]

    init(channels: Int, hopsOfReach: Int = 200) {
        reach = hopsOfReach
        memories = Array(repeating: nil, count: channels * Self.remembered)
        expected = Array(repeating: nil, count: channels * Self.remembered)
    }

    /// Remembers that `tone` is on `leg` at hop `now`.
    mutating func hear(_ tone: HeardTone, on leg: Int, now: Int) {
        let slots = (leg * Self.remembered)..<((leg + 1) * Self.remembered)
        var oldest = slots.lowerBound
        for slot in slots {
            if let memory = memories[slot], memory.tone.onset == tone.onset {
                memories[slot] = Memory(leg: leg, tone: tone, last: now)
                return
            }
            if (memories[slot]?.last ?? -1) < (memories[oldest]?.last ?? -1) { oldest = slot }
        }
        memories[oldest] = Memory(leg: leg, tone: tone, last: now)
    }

    /// Makes ``expected`` what may come back on `leg` at hop `now`.
    ///
    /// - Parameter mostGain: The most of a tone of another leg's power that may come back; 0 where it does not.
    mutating func expect(on leg: Int, now: Int, mostGain: (_ source: Int, HeardTone) -> Float) {
        for slot in memories.indices {
            expected[slot] = nil
            guard let memory = memories[slot], memory.leg != leg, now - memory.last <= reach else { continue }
            let gain = mostGain(memory.leg, memory.tone)
            if gain > 0 { expected[slot] = ExpectedEcho(tone: memory.tone, mostPower: gain * memory.tone.power) }
        }
    }

    /// The tone whose echo is on `leg` at hop `now`, and for some hops before and after.
    ///
    /// - Parameters:
    ///   - clearance: Hops on either side.
    ///   - delays: How late the echo of a leg may be, in hops; `nil` where there is none.
    func due(on leg: Int, now: Int, clearance: Int, delays: (Int) -> ClosedRange<Int>?) -> HeardTone? {
        for case let memory? in memories where memory.leg != leg {
            guard let delays = delays(memory.leg) else { continue }
            // Of an echo that may lie anywhere, all of it is wanted.
            let clear = delays.count == 1 ? clearance : 0
            if now >= memory.tone.onset + delays.lowerBound + clear, now <= memory.last + delays.upperBound - clear {
                return memory.tone
            }
        }
        return nil
    }
}
