/// The tones of all legs that may still come back on another one, and how late each line's echo is.
///
/// A line's echo arrives up to 150 ms late; a tone is expected from its first hop until 200 ms after its last. Where an echo
/// was heard plainly twice, its delay is known, and from then on the pair is due at that time even when someone speaks over it.
struct EchoGuard: Sendable {
    /// Tones that are remembered of each leg: a second key may be pressed before the first one's echo ends.
    static let remembered = 4
    /// Hops by which an echo is late.
    private static let (earliest, latest) = (12, 160)

    private struct Memory: Sendable {
        var leg: Int
        var tone: HeardTone
        var last: Int
    }

    /// How late the echo from one leg to another was heard: votes for pieces of 4 hops.
    private struct Path: Sendable {
        var votes = [UInt16](repeating: 0, count: 64)
        var best = 0

        /// Delay in hops; `nil` until two echoes agreed.
        var delay: Int? { votes[best] >= 4 ? 4 * best + 2 : nil }

        mutating func vote(_ delay: Int) {
            let piece = delay / 4
            for (neighbour, weight) in [(piece - 1, 1), (piece, 2), (piece + 1, 1)]
            where votes.indices.contains(neighbour) {
                votes[neighbour] = min(votes[neighbour] + UInt16(weight), 1000)
                if votes[neighbour] > votes[best] { best = neighbour }
            }
        }
    }

    private let channels: Int
    private let reach: Int
    private var memories: [Memory?]
    private var paths: [Path]
    /// What one leg is to expect; filled by ``expect(on:now:)``.
    private(set) var expected: [HeardTone?]

    init(channels: Int, hopsOfReach: Int = 200) {
        self.channels = channels
        reach = hopsOfReach
        memories = Array(repeating: nil, count: channels * Self.remembered)
        expected = Array(repeating: nil, count: channels * Self.remembered)
        paths = Array(repeating: Path(), count: channels * channels)
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
    mutating func expect(on leg: Int, now: Int) {
        for slot in memories.indices {
            if let memory = memories[slot], memory.leg != leg, now - memory.last <= reach {
                expected[slot] = memory.tone
            } else {
                expected[slot] = nil
            }
        }
    }

    /// Learns how late the echo on `leg` is from one that was heard plainly.
    mutating func learn(_ echo: HeardTone, on leg: Int) {
        for case let memory? in memories where memory.leg != leg {
            guard memory.tone.low == echo.low, memory.tone.high == echo.high else { continue }
            let delay = echo.onset - memory.tone.onset
            guard delay >= 0, delay <= reach else { continue }
            paths[memory.leg * channels + leg].vote(delay)
        }
    }

    /// The tone whose echo is due on `leg` at hop `now`.
    ///
    /// - Parameter isHeard: Whether it is known that there is one; without, none is due until its delay is known.
    func due(on leg: Int, now: Int, isHeard: Bool) -> HeardTone? {
        for case let memory? in memories where memory.leg != leg {
            let delays =
                paths[memory.leg * channels + leg].delay.map { $0 - 8...$0 + 8 }
                ?? (isHeard ? Self.earliest...Self.latest : nil)
            guard let delays else { continue }
            if now >= memory.tone.onset + delays.lowerBound, now <= memory.last + delays.upperBound { return memory.tone }
        }
        return nil
    }
}
