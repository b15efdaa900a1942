/// What the onset detector of one leg decides after a hop.
struct OnsetDecision: Sendable {
    /// What to remove, in samples counted from the first.
    var span: Range<Int>
    /// What to do with those samples.
    var action: SampleAction
    /// Log-odds of the pair as far as they are new; ``PairScore/most`` for a fragment that a pair explains.
    var score: Float
    /// The part of the span that is certainly a tone, as the score of this hop says.
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
    /// Hop in which it began, ±2.
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
    /// Until when it is removed whether it is heard or not.
    var holdUntil: Int
    /// Largest score so far, without what the level adds.
    var peakScore: Float
    /// When the score last spoke for it.
    var lastSupported: Int
    /// Whether it lasted as long as a digit.
    var isDigit: Bool
    /// Whether it came from another leg.
    var isEcho: Bool

    /// A tone of `features` that began 16 ms before sample `now`.
    init(_ features: PairFeatures, onset: Int, now: Int, peakScore: Float, isEcho: Bool) {
        (low, high) = (features.low, features.high)
        (lowPower, highPower) = (features.lowPower, features.highPower)
        (lowHz, highHz) = (features.lowHz, features.highHz)
        self.onset = onset
        (lastHeard, holdUntil, lastSupported) = (now, now, now)
        self.peakScore = peakScore
        (isDigit, self.isEcho) = (isEcho, isEcho)
    }
}
