internal import DTMF

/// The release decision: how long a tone is removed after its onset.
extension OnsetDetector {
    /// Thresholds of a release. A hop is 1 ms.
    private enum Threshold {
        /// Least power of a tone that is still present, relative to its earlier power, and least share of the pair in
        /// the whole power over 8 ms.
        static let power: Float = 0.12
        static let share: Float = 0.2
        /// Hops for which a pair that is a smaller share of the sound counts as present if a digit is due or certain:
        /// louder speech hides it.
        static let hiddenHops = 150
        /// Least share of the pair in the whole power while a digit dies away through a low-rate codec.
        static let dyingShare: Float = 0.4
        /// Weight of a new power in the mean of a tone.
        static let powerSmoothing: Float = 0.05
        /// Least number of hops from the onset of a tone that is a digit.
        static let digitHops = 35
        /// Number of past hops that are removed while a tone goes on.
        static let spanHops = 8
    }

    /// Hops for which a digit may die away after it was last heard at its level.
    static let releaseHops = 20
    /// Hops for which a tone goes on despite a low score, if its onset was decided by its level alone.
    static let levelOnlyHangoverHops = 10
    /// The same for a tone with a low score that has lasted no longer than a syllable.
    ///
    /// Of 42,000 made digits, some under noise or speech, 3 would have been given up.
    static let weakHangoverHops = 12
    /// Log-odds below which a score indicates that a tone is not a digit.
    static let releaseThreshold: Float = -4

    /// Starts to follow the pair of `features`, or updates the tone that is followed.
    mutating func follow(_ features: PairFeatures, mean: Float, now: Int) {
        let ms = bank.hop
        guard let followed = tone, now - followed.lastHeard <= Self.gapHops * ms,
            (features.low, features.high) == (followed.low, followed.high)
                || features.pairPower < Self.otherPairPower * (followed.lowPower + followed.highPower)
        else {
            tone = FollowedTone(
                features, onset: now - Self.windowHops * ms, now: now, peakScore: mean, isEcho: false)
            return
        }
        tone?.peakScore = max(followed.peakScore, mean)
        if features.low == followed.low, features.high == followed.high, features.lowHz > 0 {
            tone?.lowHz += Self.frequencySmoothing * (features.lowHz - followed.lowHz)
            tone?.highHz += Self.frequencySmoothing * (features.highHz - followed.highHz)
        }
    }

    /// The span of the followed tone as far as it still goes on: the release decision.
    mutating func followTone(_ recent: borrowing SampleRing) -> Range<Int>? {
        guard var heard = tone else { return nil }
        let now = taken
        let ms = bank.hop
        let power = bank.power8
        let (low, high) = (power[heard.low], power[4 + heard.high])
        let total = bank.total(length: 8)
        let isClear = low + high > Threshold.share * total
        let isHidden = !isClear && mayBeHidden(heard, now: now)
        if isHidden { heard.lastSupported = now }
        if let hangover = hangover(of: heard) {
            if !heard.isEcho, digitLevels.logOdds(of: low + high, isAmidDigits: isAmidDigits) > Self.onsetThreshold {
                heard.lastSupported = now
            }
            // A voice that began like a digit has grown louder, and neither score nor level indicates a digit any more.
            guard now - heard.lastSupported <= hangover * ms else {
                tone = nil
                return nil
            }
        }
        let isPresent =
            low > Threshold.power * heard.lowPower && high > Threshold.power * heard.highPower
            && (isClear || isHidden)
        guard isPresent else { return release(heard, low + high, of: total, now: now) }
        if isClear {
            heard.lowPower += Threshold.powerSmoothing * (low - heard.lowPower)
            heard.highPower += Threshold.powerSmoothing * (high - heard.highPower)
            heard.lastClear = now
        }
        heard.lastHeard = now
        if now - heard.onset > Threshold.digitHops * ms, !heard.isEcho {
            if !heard.isDigit { scoreCertainHops(recent) }
            contextUntil = bank.hops + Self.contextHops
            if !heard.isDigit, heard.peakScore > Self.certainScore {
                let twelve = bank.power12
                digitLevels.learn(twelve[heard.low] + twelve[4 + heard.high])
            }
            heard.isDigit = true
        }
        tone = heard
        return max(0, now - Threshold.spanHops * ms)..<(now + Self.marginHops * ms)
    }

    /// Whether louder speech may hide `tone` now.
    private func mayBeHidden(_ tone: FollowedTone, now: Int) -> Bool {
        !tone.isEcho && (isNextDigitDue || tone.peakScore > Self.certainScore)
            && now - tone.lastClear <= Threshold.hiddenHops * bank.hop
    }

    /// The span of a tone that is absent now. The tone is forgotten once it is over.
    private mutating func release(_ heard: FollowedTone, _ pair: Float, of total: Float, now: Int) -> Range<Int>? {
        let ms = bank.hop
        let silent = now - heard.lastHeard
        if silent > max(Self.releaseHops * ms, heard.holdUntil - heard.lastHeard) { tone = nil }
        // A digit dies away through a low-rate codec. It is not over while its pair is most of the sound.
        let isDying = heard.isDigit && silent <= Self.releaseHops * ms && pair > Threshold.dyingShare * total
        if isDying { return heard.lastHeard..<now }
        return now < heard.holdUntil ? now - ms..<now : nil
    }

    /// Hops for which a tone goes on while neither score nor level indicates a digit.
    ///
    /// - Returns: `nil` if the tone goes on as long as it is heard: it is certainly a digit, speech counts less, or the
    ///   decision can be revoked.
    private func hangover(of tone: FollowedTone) -> Int? {
        // An echo under speech is subtracted instead of filled.
        if tone.isEcho { return policy == .secure ? nil : Self.weakHangoverHops }
        if policy == .secure || isRevocable && !isNextDigitDue { return nil }
        if tone.peakScore < Self.onsetThreshold { return Self.levelOnlyHangoverHops }
        return tone.isDigit || tone.peakScore >= Self.certainScore ? nil : Self.weakHangoverHops
    }
}
