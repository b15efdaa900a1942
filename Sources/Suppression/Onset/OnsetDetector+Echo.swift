/// Detection of another leg's tone that comes back on this leg.
extension OnsetDetector {
    /// Thresholds of an echo.
    private enum Threshold {
        /// Least power of its pair, mean square: −69 dBm0.
        static let power: Float = 3e-8
        /// Least power relative to the tone on the other leg: −50 dB.
        static let gain: Float = 1e-5
        /// Least mean log-odds of two hops. It is lower than for a digit because the pair is known.
        static let score: Float = -1
    }

    /// The span of another leg's tone that comes back. A lower score and a fainter pair than for a digit are enough.
    mutating func echo(of echoes: [ExpectedEcho?], _ recent: borrowing SampleRing) -> Range<Int>? {
        if hasEchoScores, echoes.isEmpty {
            for index in lastEchoScores.indices { lastEchoScores[index] = PairScore.least }
        }
        hasEchoScores = false
        for (index, echo) in echoes.enumerated() {
            let before = lastEchoScores[index]
            lastEchoScores[index] = PairScore.least
            guard let echo else { continue }
            let powers = bank.power16()
            let power = powers[echo.tone.low] + powers[4 + echo.tone.high]
            guard power > Threshold.power, power > Threshold.gain * echo.tone.power, power < echo.largestPower else {
                continue
            }
            let features = features(of: (echo.tone.low, echo.tone.high), recent)
            lastEchoScores[index] = features.score
            hasEchoScores = true
            let mean = (before + features.score) / 2
            let now = taken
            let isFollowed = tone?.isEcho == true && tone?.low == features.low && tone?.high == features.high
            if isFollowed, mean > Self.releaseThreshold || features.isPure { tone?.lastSupported = now }
            guard mean > Threshold.score || features.isPure else { continue }
            let ms = bank.hop
            if tone == nil || now - (tone?.lastHeard ?? 0) > Self.gapHops * ms {
                tone = FollowedTone(
                    features, onset: now - Self.windowHops * ms, now: now, peakScore: PairScore.most, isEcho: true)
            }
            return max(0, now - Self.attackHops * ms)..<(now + Self.marginHops * ms)
        }
        return nil
    }
}
