internal import DTMF

/// The release decision: how long a tone that has begun is removed.
extension OnsetDetector {
    /// Thresholds of a release. A hop is 1 ms.
    private enum Threshold {
        /// Share of a tone's power, and of the pair in all power over 8 ms, with which it is still there.
        static let power: Float = 0.12
        static let share: Float = 0.2
        /// Share of the pair in all power with which a digit is still dying away, through a low-rate codec.
        static let dyingShare: Float = 0.4
        /// Weight of a new power in the mean of a tone.
        static let powerSmoothing: Float = 0.05
        /// Hops after its onset from which on a tone is a digit.
        static let digitHops = 35
        /// Hops before now that are removed while a tone goes on.
        static let spanHops = 8
    }

    /// Hops in which a digit may die away after it was last heard at its level.
    private static let releaseHops = 20
    /// Hops for which a tone goes on while its score speaks against it, if only its level spoke for it.
    private static let levelOnlyHangoverHops = 10
    /// The same for a tone with a low score that has lasted no longer than a syllable.
    ///
    /// Of 42,000 made digits, some under noise or speech, 3 would have been given up.
    private static let weakHangoverHops = 12
    /// Score under which it speaks against a tone, log-odds.
    static let releaseThreshold: Float = -4

    /// The span of the tone that is followed, as far as it still goes on: the release decision.
    mutating func followTone() -> Range<Int>? {
        guard var heard = tone else { return nil }
        let now = taken
        let ms = bank.hop
        let power = bank.power8
        let (low, high) = (power[heard.low], power[4 + heard.high])
        if let hangover = hangover(of: heard) {
            if !heard.isEcho, digitLevels.logOdds(of: low + high, isAmidDigits: isAmidDigits) > Self.onsetThreshold {
                heard.lastSupported = now
            }
            // A voice that began like a digit grows louder, and neither score nor level speaks for it any more.
            guard now - heard.lastSupported <= hangover * ms else {
                tone = nil
                return nil
            }
        }
        let total = bank.total(length: 8)
        let isPresent =
            low > Threshold.power * heard.lowPower && high > Threshold.power * heard.highPower
            && low + high > Threshold.share * total
        guard isPresent else { return release(heard, low + high, of: total, now: now) }
        heard.lowPower += Threshold.powerSmoothing * (low - heard.lowPower)
        heard.highPower += Threshold.powerSmoothing * (high - heard.highPower)
        heard.lastHeard = now
        if now - heard.onset > Threshold.digitHops * ms, !heard.isEcho {
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

    /// The span of a tone that is not there now; forgets the tone once it is over.
    private mutating func release(_ heard: FollowedTone, _ pair: Float, of total: Float, now: Int) -> Range<Int>? {
        let ms = bank.hop
        let silent = now - heard.lastHeard
        if silent > max(Self.releaseHops * ms, heard.holdUntil - heard.lastHeard) { tone = nil }
        // Through a low-rate codec a digit dies away: as long as its pair is most of the sound, it is not over.
        let isDying = heard.isDigit && silent <= Self.releaseHops * ms && pair > Threshold.dyingShare * total
        if isDying { return heard.lastHeard..<now }
        return now < heard.holdUntil ? now - ms..<now : nil
    }

    /// Hops for which a tone goes on while neither score nor level speaks for it.
    ///
    /// - Returns: `nil` if it goes on as long as it is heard: a certain digit, or speech counts less or can be given
    ///   back.
    private func hangover(of tone: FollowedTone) -> Int? {
        // An echo under speech is subtracted elsewhere.
        if tone.isEcho { return policy == .secure ? nil : Self.weakHangoverHops }
        if isLenient { return nil }
        if tone.peakScore < Self.onsetThreshold { return Self.levelOnlyHangoverHops }
        return tone.isDigit || tone.peakScore >= Self.certainScore ? nil : Self.weakHangoverHops
    }
}
