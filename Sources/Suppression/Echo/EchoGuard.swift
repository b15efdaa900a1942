/// A tone of another leg that may come back on this leg.
struct ExpectedEcho: Sendable {
    var tone: ActiveTone
    /// Largest power that the echo may have, mean square.
    var largestPower: Float
}

/// The tones of all legs that may still come back on another leg.
///
/// The echo of a line is up to 150 ms late. So it is expected from a tone's first hop until 200 ms after its last.
struct EchoGuard: Sendable {
    /// Number of tones remembered for each leg. A second digit may be keyed before the echo of the first one ends.
    static let tonesPerLeg = 4
    /// Hops (1 ms) after the end of a tone during which its echo is expected.
    static let reachHops = 200

    private struct RememberedTone: Sendable {
        var leg: Int
        var tone: ActiveTone
        var last: Int
    }

    private let reach: Int
    private var tones: [RememberedTone?]
    /// The echoes that one leg may carry, as ``expect(on:now:largestGain:)`` last found them.
    private(set) var expected: [ExpectedEcho?]

    init(channels: Int, reach: Int = Self.reachHops) {
        self.reach = reach
        tones = Array(repeating: nil, count: channels * Self.tonesPerLeg)
        expected = Array(repeating: nil, count: channels * Self.tonesPerLeg)
    }

    /// Notes that `tone` is on `leg` at hop `now`.
    mutating func hear(_ tone: ActiveTone, on leg: Int, now: Int) {
        let slots = (leg * Self.tonesPerLeg)..<((leg + 1) * Self.tonesPerLeg)
        var oldest = slots.lowerBound
        for slot in slots {
            if let known = tones[slot], known.tone.onset == tone.onset {
                tones[slot] = RememberedTone(leg: leg, tone: tone, last: now)
                return
            }
            if (tones[slot]?.last ?? -1) < (tones[oldest]?.last ?? -1) { oldest = slot }
        }
        tones[oldest] = RememberedTone(leg: leg, tone: tone, last: now)
    }

    /// Fills ``expected`` with the echoes that may be on `leg` at hop `now`.
    ///
    /// - Parameter largestGain: Largest gain in power from another leg to this one; 0 if there is no echo.
    mutating func expect(on leg: Int, now: Int, largestGain: (_ source: Int, ActiveTone) -> Float) {
        for slot in tones.indices {
            expected[slot] = nil
            guard let known = tones[slot], known.leg != leg, now - known.last <= reach else { continue }
            let gain = largestGain(known.leg, known.tone)
            if gain > 0 { expected[slot] = ExpectedEcho(tone: known.tone, largestPower: gain * known.tone.power) }
        }
    }

    /// The tone whose echo is on `leg` at hop `now`, with `clearance` hops before and after it.
    ///
    /// - Parameters:
    ///   - clearance: Hops before and after `now` that the echo must fill. It counts only if the delay is known.
    ///   - delays: The delays in hops that the echo of a leg may have; `nil` if there is no echo.
    func due(on leg: Int, now: Int, clearance: Int, delays: (Int) -> ClosedRange<Int>?) -> ActiveTone? {
        for case let known? in tones where known.leg != leg {
            guard let delays = delays(known.leg) else { continue }
            // If the delay is unknown, the whole echo is removed with its edges.
            let clear = delays.count == 1 ? clearance : 0
            if now >= known.tone.onset + delays.lowerBound + clear, now <= known.last + delays.upperBound - clear {
                return known.tone
            }
        }
        return nil
    }
}
