/// Looks for pieces of keys between two quiets on one leg, and holds what it found until it is plain that it is no pulse of a voice.
struct BurstWatch: Sendable {
    /// A burst, and what is known of it.
    struct Found: Sendable {
        var range: Range<Int>
        /// Energy of its loudest hop.
        var peak: Float
        /// Energy of a hop soon behind it that shows it to be a voice's: one pulse among others, or a beginning that grows.
        var leastOfVoice = Float.infinity
        /// Whether it is so plainly a pair that a key is near.
        var isPlain: Bool

        /// This burst and `other`, as one.
        func covering(_ other: Self) -> Self {
            Self(
                range: range.covering(other.range), peak: max(peak, other.peak),
                leastOfVoice: max(leastOfVoice, other.leastOfVoice), isPlain: isPlain || other.isPlain)
        }
    }

    /// Hops in which the pulses of the lowest voice come again.
    private static let pulseReach = 22
    /// Share of a burst's energy from which on another is as loud.
    private static let pulseShare: Float = 0.3
    /// How many times the energy of a pair's beginning what follows may have, where it is a key's.
    private static let growth: Float = 3
    /// Share of a piece of a key that two sinusoids explain at least, so that a chopped key is told from a voice.
    private static let purePiece: Float = 0.97

    private let sampleRate: Double
    /// Samples a hop.
    private let ms: Int
    /// How long after a sample it leaves, in samples.
    private let patience: Int
    /// A burst that is not told yet, because what follows may show that it is one pulse of a voice among others.
    private var held: Found?

    /// - Parameter lookAhead: Seconds after which a sample leaves.
    init(sampleRate: Double, hop: Int, lookAhead: Double) {
        self.sampleRate = sampleRate
        ms = hop
        patience = Int(lookAhead * sampleRate)
    }

    /// The burst that is to be taken out now: one that was held until its first sample must leave, unless what came before and behind shows
    /// that it is a pulse of a low voice.
    ///
    /// - Parameter isAmidKeys: Whether a key was heard in the last seconds.
    mutating func judge(
        _ bank: borrowing ToneBank, _ recent: RecentSamples, policy: Suppressor.Policy, isAmidKeys: Bool
    ) -> Found? {
        let found = burst(bank, recent, policy, isAmidKeys)
        let taken = recent.count
        var due: Found?
        if let burst = held {
            if bank.energy(age: 0) > burst.leastOfVoice {
                held = nil
            } else if let found, found.range.overlaps(burst.range) {
                // It was found a hop ago already, and more is known now.
                held = burst.covering(found)
            } else if found != nil || isDue(burst, taken, policy) {
                (due, held) = (burst, nil)
            }
        }
        held = held ?? found
        if let burst = held, isDue(burst, taken, policy) { (due, held) = (due?.covering(burst) ?? burst, nil) }
        return due
    }

    /// Whether a burst must be told now: its first sample is about to leave, or what follows has had its time.
    private func isDue(_ burst: Found, _ taken: Int, _ policy: Suppressor.Policy) -> Bool {
        policy == .secure || taken >= burst.range.upperBound + Self.pulseReach * ms
            || taken + 2 * ms >= burst.range.lowerBound + patience
    }

    /// Whether a pulse as loud as `peak` came in the hops before the one of `age`.
    private func follows(_ age: Int, peak: Float, in bank: borrowing ToneBank) -> Bool {
        for age in age..<(age + Self.pulseReach) where bank.energy(age: age) > Self.pulseShare * peak { return true }
        return false
    }

    /// A burst of 3 to 14 hops that ended two hops ago, with quiet before and behind it, where a pair explains it.
    private func burst(
        _ bank: borrowing ToneBank, _ recent: RecentSamples, _ policy: Suppressor.Policy, _ isAmidKeys: Bool
    ) -> Found? {
        if let head = headBurst(bank, recent) {
            var peak: Float = 0
            for age in 2...8 { peak = max(peak, bank.energy(age: age)) }
            return Found(range: head, peak: peak, leastOfVoice: Self.growth * peak, isPlain: false)
        }
        let taken = recent.count
        let tail = max(bank.energy(age: 0), bank.energy(age: 1))
        let last = bank.energy(age: 3)
        guard last > 20 * tail, last > 1e-6 * Float(ms) else { return nil }
        var peak = max(bank.energy(age: 2), last)
        var length = 2
        while length < 20, bank.energy(age: 2 + length) > 0.03 * peak {
            peak = max(peak, bank.energy(age: 2 + length))
            length += 1
        }
        guard length >= 3, peak > 30 * tail else { return nil }
        var isAlone = true
        for age in (2 + length)..<(2 + length + 6) where bank.energy(age: age) > 0.03 * peak { isAlone = false }
        // The exact ends: the first and last sample above a tenth of the largest.
        guard isAlone, length <= 15 else {
            return tailBurst(recent).map { Found(range: $0, peak: peak, isPlain: false) }
        }
        let begin = taken - (3 + length) * ms
        let end = taken - ms
        var largest: Float = 0
        for k in begin..<end { largest = max(largest, abs(recent[k])) }
        var first = begin
        while abs(recent[first]) < 0.12 * largest { first += 1 }
        var final = end
        while abs(recent[final - 1]) < 0.12 * largest { final -= 1 }
        let count = final - first
        guard count >= 3 * ms, count <= 16 * ms else { return nil }
        let asked: Float = policy == .secure ? 0.7 : isAmidKeys ? 0.82 : 0.94
        var explained = Burst.explained(count: count, sampleRate: sampleRate) { recent[first + $0] }
        if explained <= asked {
            explained = Burst.explained(count: count, sampleRate: sampleRate, ramp: Burst.ramp) {
                recent[first + $0]
            }
        }
        // A piece that a sound card gives twice is not one pair, but each half of it is, but for the seam.
        if explained <= asked, count >= 8 * ms {
            let half = count / 2 - ms
            let second = final - half
            explained = min(
                Burst.explained(count: half, sampleRate: sampleRate) { recent[first + $0] },
                Burst.explained(count: half, sampleRate: sampleRate) { recent[second + $0] })
        }
        guard explained > asked else { return nil }
        // One as loud came shortly before, and it is no pure pair.
        let mayBePulse = explained < Self.purePiece && follows(2 + length, peak: peak, in: bank)
        return Found(
            range: max(0, first - 2 * ms)..<(final + 2 * ms), peak: peak,
            leastOfVoice: mayBePulse ? Self.pulseShare * peak : .infinity, isPlain: explained > 0.93)
    }

    /// A pair that began in quiet 9 hops ago and may tear before there is evidence for it: 7 of its first 8 ms are fitted, and they must be
    /// the pair and nothing else. Asked for in streams alone, where they leave soon.
    private func headBurst(_ bank: borrowing ToneBank, _ recent: RecentSamples) -> Range<Int>? {
        let before = max(bank.energy(age: 10), bank.energy(age: 11), bank.energy(age: 12))
        guard patience < 100 * ms, bank.energy(age: 9) > 20 * before, bank.energy(age: 8) > 1e-6 * Float(ms) else {
            return nil
        }
        var first = recent.count - 10 * ms
        var largest: Float = 0
        for k in first..<(first + 9 * ms) { largest = max(largest, abs(recent[k])) }
        while abs(recent[first]) < 0.12 * largest { first += 1 }
        // The very edge is smeared where the rate was brought down.
        first += ms / 2
        let count = min(7 * ms, recent.count - first)
        let explained = [0, Burst.ramp].lazy.map { ramp in
            Burst.explained(count: count, sampleRate: sampleRate, ramp: ramp) { recent[first + $0] }
        }
        return explained.contains { $0 > 0.985 } ? first - 2 * ms..<first + count + 3 * ms : nil
    }

    /// A pair that ends in quiet but began under something else: only the last 5 to 11 ms before the quiet are fitted, and
    /// they must be the pair and nothing else.
    private func tailBurst(_ recent: RecentSamples) -> Range<Int>? {
        let taken = recent.count
        var final = taken - ms
        var largest: Float = 0
        for k in (final - 6 * ms)..<final { largest = max(largest, abs(recent[k])) }
        while abs(recent[final - 1]) < 0.12 * largest, final > taken - 4 * ms { final -= 1 }
        for length in [11, 9, 7, 5] {
            let first = final - length * ms
            let explained = Burst.explained(count: length * ms, sampleRate: sampleRate) { recent[first + $0] }
            if explained > 0.985 { return max(0, first - 4 * ms)..<(final + 2 * ms) }
        }
        // Shorter than that, it is seen whole, with its rise.
        for half in 10...14 {
            let first = final - half * ms / 2
            let explained = Burst.explained(count: half * ms / 2, sampleRate: sampleRate, ramp: Burst.ramp) {
                recent[first + $0]
            }
            if explained > 0.985 { return max(0, first - 4 * ms)..<(final + 2 * ms) }
        }
        return nil
    }
}
