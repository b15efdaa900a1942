/// What the onset detector of one leg decides after a hop.
struct OnsetDecision: Sendable {
    /// The samples to remove, counted from the first of the leg.
    var span: Range<Int>
    /// What happens to those samples.
    var action: SampleAction
    /// Log-odds of the pair if this hop gave a new score; ``PairScore/most`` for a fragment that a pair explains.
    var score: Float
    /// The part of the span that is certainly a tone according to the score of this hop.
    var certainSpan: Range<Int>?
}

/// A tone pair that is on one leg now.
struct ActiveTone: Sendable {
    /// Indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Measured frequencies in Hz.
    var lowHz: Double
    var highHz: Double
    /// Power of the pair, mean square.
    var power: Float
    /// Hop in which it began, to ±2 hops.
    var onset: Int
}

/// A tone that the onset detector follows from its onset to its release. Times are in samples.
struct FollowedTone: Sendable {
    /// Indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Power of each tone, mean square, smoothed over its course.
    var lowPower: Float
    var highPower: Float
    /// Measured frequencies in Hz, smoothed.
    var lowHz: Double
    var highHz: Double
    var onset: Int
    var lastHeard: Int
    /// When its pair was last a large share of the sound.
    var lastClear: Int
    /// Sample up to which it is removed even if it is not heard.
    var holdUntil: Int
    /// Largest score so far, without the part that the level adds.
    var peakScore: Float
    /// When its score or its level last indicated a digit.
    var lastSupported: Int
    /// Whether it has lasted as long as a digit.
    var isDigit: Bool
    /// Whether it is the echo of another leg's tone.
    var isEcho: Bool

    /// A tone with `features` that began at `onset` and is heard at sample `now`.
    init(_ features: PairFeatures, onset: Int, now: Int, peakScore: Float, isEcho: Bool) {
        (low, high) = (features.low, features.high)
        (lowPower, highPower) = (features.lowPower, features.highPower)
        (lowHz, highHz) = (features.lowHz, features.highHz)
        self.onset = onset
        (lastHeard, lastClear, holdUntil, lastSupported) = (now, now, now, now)
        self.peakScore = peakScore
        (isDigit, self.isEcho) = (isEcho, isEcho)
    }
}
