/// The scores of a leg's newest hops, by which an onset is decided. A hop is 1 ms.
struct OnsetScores: Sendable {
    /// Score of the last hop: as any digit, and as the next digit.
    private var last = PairScore.least
    private var lastNextDigit = PairScore.least
    /// Mean score of the last two hops: as any digit, and as the next digit.
    private(set) var plainMean = PairScore.least
    private(set) var nextDigitMean = PairScore.least
    /// The mean with the part that the level of the pair adds; more if it is the next digit.
    var mean = PairScore.least
    /// Number of successive hops with such a mean over ``OnsetDetector/lastingThreshold``.
    private(set) var lastingHops = 0

    /// Whether nothing of the past counts for the next hop.
    var areForgotten: Bool { last == PairScore.least && lastNextDigit == PairScore.least && lastingHops == 0 }

    /// Notes a hop without a pair. The mean stays.
    mutating func forget() { (last, lastNextDigit, lastingHops) = (PairScore.least, PairScore.least, 0) }

    /// Takes the scores of the next hop.
    ///
    /// - Parameter levelOdds: Log-odds that the level of the pair adds.
    mutating func take(_ score: Float, asNextDigit nextDigit: Float, levelOdds: Float) {
        (plainMean, nextDigitMean) = (Self.mean(last, score), Self.mean(lastNextDigit, nextDigit))
        (last, lastNextDigit) = (score, nextDigit)
        mean = plainMean + levelOdds
        if nextDigitMean > OnsetDetector.nextDigitThreshold {
            mean = max(mean, nextDigitMean + OnsetDetector.nextDigitSurplus)
        }
        lastingHops = mean > OnsetDetector.lastingThreshold ? lastingHops + 1 : 0
    }

    /// The mean score of two hops. A hop far above the threshold does not wait for the next one.
    private static func mean(_ before: Float, _ score: Float) -> Float {
        max((before + score) / 2, score - OnsetDetector.singleHopSurplus)
    }
}
