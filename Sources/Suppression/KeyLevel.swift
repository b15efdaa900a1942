/// The level at which the keys of one leg arrive: one telephone keys at one level, and speech that looks like a pair is seldom
/// as loud.
///
/// Under speech the levels of keys lie within 2.3 dB of the median of those before, 998 of 1,000 times; a low-rate codec
/// spreads them, and by that spread it is judged what is near.
struct KeyLevel: Sendable {
    /// Keys that are remembered.
    private static let remembered = 8
    /// Log-odds for a pair right at the level when a key was heard in the last seconds, for each key that is known and at most,
    /// and when it was earlier.
    private static let mostForEachKey: Float = 4
    private static let mostAmidKeys: Float = 6
    private static let mostLater: Float = 2.4
    /// The spread in dB that is taken for granted, and for how many keys it stands.
    private static let leastSpread: Float = 1
    private static let trust: Float = 4
    /// Most that one key adds to the spread, in dB: what was no key must not open the door to everything.
    private static let mostDeviation: Float = 6

    /// Levels of the last keys in dB, oldest first.
    private var levels: [Float] = []
    private var median: Float = 0
    private var variance: Float = 0

    init() { levels.reserveCapacity(Self.remembered) }

    /// Notes that a key arrived at `power`, mean square of both tones.
    mutating func learn(_ power: Float) {
        if levels.count == Self.remembered { levels.removeFirst() }
        levels.append(dB(power))
        let middle = levels.count / 2
        for level in levels {
            // Counted rather than sorted: sorting may allocate.
            let (lower, same) = levels.reduce(into: (0, 0)) { counts, other in
                if other < level { counts.0 += 1 } else if other == level { counts.1 += 1 }
            }
            if lower <= middle, middle < lower + same { median = level }
        }
        var sum = Self.trust * Self.leastSpread * Self.leastSpread
        for level in levels {
            let deviation = min(abs(level - median), Self.mostDeviation)
            sum += deviation * deviation
        }
        variance = sum / (Self.trust + Float(levels.count))
    }

    /// How far a pair of `power` lies over the level of the keys, in dB; `nil` where none is known.
    func distance(of power: Float) -> Float? { levels.isEmpty ? nil : dB(power) - median }

    /// What the level of a pair of `power` adds to the log-odds that it is a key; none where it is far from the level of the keys.
    ///
    /// - Parameter isAmidKeys: Whether a key was heard in the last seconds.
    func logOdds(of power: Float, isAmidKeys: Bool) -> Float {
        guard let distance = distance(of: power) else { return 0 }
        let most = min(Self.mostForEachKey * Float(levels.count), isAmidKeys ? Self.mostAmidKeys : Self.mostLater)
        return max(0, most - distance * distance / (2 * variance))
    }
}
