/// The level at which the digits of one leg arrive.
///
/// One telephone sends its digits at one level. Speech that looks like a pair seldom has that level.
///
/// Under speech, the level of a digit lies within 2.3 dB of the median of the digits before it, 998 times in 1,000. A
/// low-rate codec spreads the levels. The tracker measures that spread.
struct DigitLevelTracker: Sendable {
    /// Number of digits remembered.
    private static let remembered = 8
    /// Largest log-odds of a pair at that level, for each digit that is known.
    private static let oddsForEachDigit: Float = 4
    /// Largest log-odds if a digit was heard in the last 3 s, and if the last digit was earlier.
    private static let oddsAmidDigits: Float = 6
    private static let oddsLater: Float = 2.4
    /// Standard deviation in dB that is assumed at first, and the number of digits for which it counts.
    private static let assumedDeviation: Float = 1
    private static let assumedWeight: Float = 4
    /// Largest deviation in dB that one digit adds. A false digit must not widen the range much.
    private static let largestDeviation: Float = 6

    /// Levels of the last digits in dB, oldest first.
    private var levels: [Float] = []
    private var median: Float = 0
    private var variance: Float = 0

    init() { levels.reserveCapacity(Self.remembered) }

    /// Notes that a digit arrived at `power`, mean square of both tones.
    mutating func learn(_ power: Float) {
        if levels.count == Self.remembered { levels.removeFirst() }
        levels.append(dB(power))
        let middle = levels.count / 2
        for level in levels {
            // Counting replaces sorting, which may allocate memory.
            let (lower, same) = levels.reduce(into: (0, 0)) { counts, other in
                if other < level { counts.0 += 1 } else if other == level { counts.1 += 1 }
            }
            if lower <= middle, middle < lower + same { median = level }
        }
        var sum = Self.assumedWeight * Self.assumedDeviation * Self.assumedDeviation
        for level in levels {
            let deviation = min(abs(level - median), Self.largestDeviation)
            sum += deviation * deviation
        }
        variance = sum / (Self.assumedWeight + Float(levels.count))
    }

    /// Level of a pair of `power` relative to the level of the digits, in dB; `nil` if no digit is known.
    func distance(of power: Float) -> Float? { levels.isEmpty ? nil : dB(power) - median }

    /// Log-odds that the level of a pair of `power` adds, 0 or more; 0 if it is far from the level of the digits.
    ///
    /// - Parameter isAmidDigits: Whether a digit or a fragment was heard in the last 3 s.
    func logOdds(of power: Float, isAmidDigits: Bool) -> Float {
        guard let distance = distance(of: power) else { return 0 }
        let most = min(
            Self.oddsForEachDigit * Float(levels.count), isAmidDigits ? Self.oddsAmidDigits : Self.oddsLater)
        return max(0, most - distance * distance / (2 * variance))
    }
}
