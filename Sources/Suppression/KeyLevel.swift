/// The level at which the keys of one leg arrive: one telephone keys at one level, and speech that looks like a pair is seldom
/// as loud.
///
/// Under speech the levels of keys lie within 2.3 dB of the median of those before, 998 of 1,000 times; a low-rate codec
/// spreads them, and by that spread it is judged what is near.
struct KeyLevel: Sendable {
    /// Keys that are remembered.
    private static let remembered = 8
    /// Most log-odds for each key that is known.
    private static let mostForEachKey: Float = 4
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

    /// What the level of a pair of `power` adds to the log-odds that it is a key; next to nothing where it is far from the level of the keys.
    ///
    /// - Parameter last: When the last key was heard.
    func logOdds(of power: Float, after last: LastKey) -> Float {
        guard !levels.isEmpty else { return 0 }
        let known = Self.mostForEachKey * Float(levels.count)
        let distance = dB(power) - median
        return max(last.leastLogOdds, min(known, last.mostLogOdds) - distance * distance / (2 * variance))
    }
}

/// How long ago the last key of a leg was heard: keys come in series.
enum LastKey: Sendable {
    /// Earlier, or never.
    case longAgo
    /// In the last seconds.
    case secondsAgo
    /// A moment ago, and a receiver proved it: where a number is keyed the next one is due.
    case justNow

    /// Seconds after a proved press in which another one of the same number is due.
    static let moment = 0.8

    /// What this and a level that is right make of a pair, as log-odds.
    fileprivate var mostLogOdds: Float {
        switch self {
        case .longAgo: 2.4
        case .secondsAgo: 6
        case .justNow: 10
        }
    }

    /// What this alone makes of it, whatever its level: a low-rate codec lets a key swell.
    fileprivate var leastLogOdds: Float { self == .justNow ? 1 : 0 }
}
