internal import DTMF

/// What the early ear of one leg says after a hop.
struct Verdict: Sendable {
    /// What to take out, in samples counted from the first.
    var stretch: Range<Int>
    /// How it is marked.
    var mark: Mark
    /// Log-odds that speak for it, as far as they are new; ``Evidence/most`` for a burst that a pair explains.
    var evidence: Float
}

/// A tone pair as it is heard on one leg.
struct HeardTone: Sendable {
    /// Indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Measured frequencies in Hz.
    var lowHz: Double
    var highHz: Double
    /// Power of the pair, mean square.
    var power: Float
    /// Hop in which it began, give or take 2.
    var onset: Int
}

/// The early ear of one leg: says which stretch may hold a tone, long before a receiver would report a key.
///
/// Three things raise suspicion: evidence for a pair over 16 ms (``Evidence``), a short burst between two quiets that a pair
/// explains (``Burst``), and, once a tone is there, its going on. After a tone that lasted, less evidence is asked for some
/// seconds, because keys come in series.
struct Suspicion: Sendable {
    private(set) var bank: ToneBank
    private let surroundings: Surroundings
    private let sampleRate: Double
    var policy: Suppressor.Policy
    /// Whether a suspicion can be revoked before anything is taken out, so that little evidence is enough to raise it.
    var isRevocable = false
    private var recent: [Float]
    private var taken = 0
    private var tone: Tone?
    private var contextUntil = 0
    /// Evidence of the hop before.
    private var lastScore = Evidence.least
    /// Hops in a row in which a pair was nearly all there was.
    private var pureHops = 0
    /// Mean of the evidence of the last two hops where it raised suspicion, with what the level of its pair adds to it.
    private var lastMean = Evidence.least
    /// The same for each tone that may come back.
    private var lastEchoScores: [Float]
    private var keyLevel = KeyLevel()
    /// How long after a sample it leaves, in samples.
    private let patience: Int
    private var held: HeldBurst?

    /// A burst that is not told yet, because what follows may show that it is one pulse of a voice among others.
    private struct HeldBurst: Sendable {
        var range: Range<Int>
        /// Energy of its loudest hop.
        var peak: Float
        /// Whether it may be a pulse of a voice: one as loud came shortly before, and it is no pure pair.
        var isPulse: Bool
        /// Whether it is so plainly a pair that a key is near.
        var isPlain: Bool

        /// This burst and `other`, as one.
        func covering(_ other: Self) -> Self {
            Self(
                range: Suspicion.cover(range, other.range), peak: max(peak, other.peak),
                isPulse: isPulse && other.isPulse, isPlain: isPlain || other.isPlain)
        }
    }

    /// Hops in which the pulses of the lowest voice come again.
    private static let pulseReach = 22
    /// Share of a burst's energy from which on another is as loud.
    private static let pulseShare: Float = 0.3
    /// Share of a piece of a key that two sinusoids explain at least, so that a chopped key is told from a voice.
    private static let purePiece: Float = 0.97

    /// A tone that is being followed; times are in samples.
    private struct Tone: Sendable {
        var low: Int
        var high: Int
        var lowPower: Float
        var highPower: Float
        var lowHz: Double
        var highHz: Double
        var onset: Int
        var lastHeard: Int
        /// Until when it is taken out whether it is heard or not.
        var hold: Int
        /// Largest evidence so far, without what the level adds.
        var peak: Float
        /// When evidence last did not speak against it.
        var supported: Int
        /// Whether it was counted as a key.
        var counted: Bool
        /// Whether it came from another leg.
        var isEcho: Bool
    }

    /// Least power of a pair that is looked at, mean square: -56 dBm0.
    static let faintest: Float = 6e-7
    /// Evidence from which on a tone is plainly a key, so that others may be measured by its level: speech seldom brings as much.
    private static let plain: Float = 8
    /// How long a key may die away after it was last heard at its level, in hops.
    private static let tail = 20
    /// How long a tone goes on where the evidence speaks against it, in hops: one that only its level speaks for, and one that lasted no longer
    /// than a syllable may look like a key. Of 42,000 made keys, some of them under noise or speech, 3 would have been given up.
    private static let benefitOfLevel = 10
    private static let benefitOfDoubt = 12
    /// Evidence under which it speaks against a tone.
    private static let against: Float = -4
    /// How long one key makes the next one likely, in hops.
    private static let memory = 3000

    /// - Parameters:
    ///   - lookAhead: Seconds after which a sample leaves.
    ///   - echoes: Tones of other legs that may come back at a time.
    init(sampleRate: Double, policy: Suppressor.Policy, lookAhead: Double, echoes: Int) {
        lastEchoScores = Array(repeating: Evidence.least, count: echoes)
        bank = ToneBank(sampleRate: sampleRate)
        surroundings = Surroundings(sampleRate: sampleRate, hop: bank.hop)
        self.sampleRate = sampleRate
        self.policy = policy
        recent = Array(repeating: 0, count: 1024)
        patience = Int(lookAhead * sampleRate)
    }

    /// Takes one sample; true where it completes a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        recent[taken & 1023] = sample
        taken += 1
        return bank.take(sample)
    }

    /// The tone on this leg now, where there is one of its own: not an echo.
    var ownTone: HeardTone? {
        guard let tone, !tone.isEcho, tone.lastHeard == taken else { return nil }
        return HeardTone(
            low: tone.low, high: tone.high, lowHz: tone.lowHz, highHz: tone.highHz,
            power: tone.lowPower + tone.highPower, onset: tone.onset / bank.hop)
    }

    /// Log-odds that are asked for, as the mean of two hops and with what the level says: in a stream, and without regard to the
    /// level where speech is worth less or what is suspected can be revoked.
    private static let asked: Float = 4.2
    private static let askedAtAnyLevel: Float = -1

    /// Hops in a row in which a pair is nearly all there is, so that it needs no other evidence: vowels are it for one or two now and then.
    private static let pureHopsAsked = 3

    /// Whether speech is worth less, or what is suspected can be revoked.
    private var isLenient: Bool { policy == .secure || isRevocable }

    /// The stretch to take out after the hop that is now complete, in samples counted from the first.
    ///
    /// - Parameter echoes: Tones of the other legs that may come back on this one.
    mutating func judge(echoes: [HeardTone?]) -> Verdict? {
        let followed = follow()
        // An echo plain enough to look like a key of this leg is still an echo.
        let returned = returning(echoes)
        let suspected = suspect() ?? returned
        let fragment = release(burst())
        guard var stretch = followed ?? suspected ?? fragment else { return nil }
        if let suspected { stretch = Self.cover(stretch, suspected) }
        if let fragment { stretch = Self.cover(stretch, fragment) }
        let evidence = fragment != nil ? Evidence.most : suspected != nil ? lastMean : Evidence.least
        guard let tone else { return Verdict(stretch: stretch, mark: .fragment, evidence: evidence) }
        // What is heard outlasts the tone by some 5 ms, so that this is a tone of 38 ms or more.
        let isPress = tone.lastHeard - tone.onset >= 43 * bank.hop
        return Verdict(
            stretch: stretch, mark: tone.isEcho ? .echo : isPress ? .press : .fragment, evidence: evidence)
    }

    /// The least stretch that holds both.
    private static func cover(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
        min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
    }

    /// The evidence for `pair`; for the strongest one where it is `nil`.
    func evidence(for pair: (low: Int, high: Int)? = nil) -> Evidence {
        // The closure holds the samples alone: of all of this value it would make a copy.
        let (recent, first) = (recent, taken - 16 * bank.hop)
        return Evidence(bank, sampleRate: sampleRate, surroundings: surroundings, pair: pair) {
            recent[(first + $0) & 1023]
        }
    }

    /// A tone of another leg that comes back on this one: less evidence is asked for its pair, and it may be fainter.
    private mutating func returning(_ echoes: [HeardTone?]) -> Range<Int>? {
        for (index, echo) in echoes.enumerated() {
            let before = lastEchoScores[index]
            lastEchoScores[index] = Evidence.least
            guard let echo else { continue }
            let evidence = evidence(for: (echo.low, echo.high))
            let loss = echo.power / (evidence.pairPower + 1e-12)
            guard evidence.pairPower > 3e-8, loss > 10, loss < 100_000 else { continue }
            lastEchoScores[index] = evidence.score
            guard (before + evidence.score) / 2 > -1 || evidence.isPure else { continue }
            let now = taken
            let ms = bank.hop
            if tone == nil || now - (tone?.lastHeard ?? 0) > 4 * ms {
                tone = Tone(
                    low: evidence.low, high: evidence.high, lowPower: evidence.lowPower, highPower: evidence.highPower,
                    lowHz: evidence.lowHz, highHz: evidence.highHz,
                    onset: now - 16 * ms, lastHeard: now, hold: now, peak: Evidence.most, supported: now, counted: true,
                    isEcho: true)
            }
            return max(0, now - 19 * ms)..<(now + 3 * ms)
        }
        return nil
    }

    /// A pair that the evidence of the last two hops speaks for.
    private mutating func suspect() -> Range<Int>? {
        let (before, pureBefore) = (lastScore, pureHops)
        (lastScore, pureHops) = (Evidence.least, 0)
        guard bank.energy(age: 0) + bank.energy(age: 4) + bank.energy(age: 8) > 1e-7 else { return nil }
        let evidence = evidence()
        guard evidence.pairPower > Self.faintest else { return nil }
        lastScore = evidence.score
        pureHops = evidence.isPure ? pureBefore + 1 : 0
        // A hop that alone says much more than is asked for need not wait for the next one.
        let mean = max((before + evidence.score) / 2, evidence.score - 4)
        lastMean =
            mean + keyLevel.logOdds(of: evidence.lowPower + evidence.highPower, amidKeys: bank.hops < contextUntil)
        if mean > Self.against || evidence.isPure { tone?.supported = taken }
        guard lastMean > Self.asked || isLenient && mean > Self.askedAtAnyLevel || pureHops >= Self.pureHopsAsked
        else { return nil }
        let now = taken
        let ms = bank.hop
        if let followed = tone, now - followed.lastHeard <= 4 * ms {
            tone?.peak = max(followed.peak, mean)
            if evidence.low == followed.low, evidence.high == followed.high, evidence.lowHz > 0 {
                tone?.lowHz += 0.2 * (evidence.lowHz - followed.lowHz)
                tone?.highHz += 0.2 * (evidence.highHz - followed.highHz)
            }
        } else {
            tone = Tone(
                low: evidence.low, high: evidence.high, lowPower: evidence.lowPower, highPower: evidence.highPower,
                lowHz: evidence.lowHz, highHz: evidence.highHz,
                onset: now - 16 * ms, lastHeard: now, hold: now, peak: mean, supported: now, counted: false,
                isEcho: false)
        }
        // Through a low-rate codec a tone may fade for a while after its onset: what began like a key is held as long as one.
        if mean > 4, let onset = tone?.onset { tone?.hold = onset + 50 * ms }
        return max(0, now - 19 * ms)..<(now + 3 * ms)
    }

    /// How long a tone goes on where neither evidence nor level speaks for it, in hops; `nil` where it is a key beyond doubt.
    private func benefit(of tone: Tone) -> Int? {
        if tone.peak < Self.asked { return Self.benefitOfLevel }
        return tone.counted || tone.peak >= Self.plain ? nil : Self.benefitOfDoubt
    }

    /// The tone that is being followed, as far as it still goes on.
    private mutating func follow() -> Range<Int>? {
        guard var heard = tone else { return nil }
        let now = taken
        let ms = bank.hop
        let power = bank.power8
        let (low, high) = (power[heard.low], power[4 + heard.high])
        if !isLenient, let benefit = benefit(of: heard) {
            // A voice that begins like a key or as loud as the keys were, grows louder and is none of them.
            let speaksForIt = keyLevel.logOdds(of: low + high, amidKeys: bank.hops < contextUntil) > Self.asked
            if speaksForIt { heard.supported = now }
            guard now - heard.supported <= benefit * ms else {
                tone = nil
                return nil
            }
        }
        let total = bank.total(length: 8)
        let present = low > 0.12 * heard.lowPower && high > 0.12 * heard.highPower && low + high > 0.2 * total
        guard present else {
            let silent = now - heard.lastHeard
            if silent > max(Self.tail * ms, heard.hold - heard.lastHeard) { tone = nil }
            // Through a low-rate codec a key dies away: as long as most of what is heard is its pair, it is not over.
            let isDying = heard.counted && silent <= Self.tail * ms && low + high > 0.4 * total
            if isDying { return heard.lastHeard..<now }
            return now < heard.hold ? now - ms..<now : nil
        }
        heard.lowPower += 0.05 * (low - heard.lowPower)
        heard.highPower += 0.05 * (high - heard.highPower)
        heard.lastHeard = now
        if now - heard.onset > 35 * ms, !heard.isEcho {
            contextUntil = bank.hops + Self.memory
            if !heard.counted, heard.peak > Self.plain {
                let twelve = bank.power12
                keyLevel.learn(twelve[heard.low] + twelve[4 + heard.high])
            }
            heard.counted = true
        }
        tone = heard
        return max(0, now - 8 * ms)..<(now + 3 * ms)
    }

    /// The burst that is to be taken out now: one that was held until its first sample must leave, unless what came before and behind shows
    /// that it is a pulse of a low voice.
    private mutating func release(_ found: HeldBurst?) -> Range<Int>? {
        var due: HeldBurst?
        if let burst = held {
            if burst.isPulse, bank.energy(age: 0) > Self.pulseShare * burst.peak {
                held = nil
            } else if let found, found.range.overlaps(burst.range) {
                // It was found a hop ago already, and more is known now.
                held = burst.covering(found)
            } else if found != nil || isDue(burst) {
                (due, held) = (burst, nil)
            }
        }
        held = held ?? found
        if let burst = held, isDue(burst) { (due, held) = (due?.covering(burst) ?? burst, nil) }
        if let due, due.isPlain { contextUntil = max(contextUntil, bank.hops + Self.memory) }
        return due?.range
    }

    /// The burst that is still held when the audio ends.
    mutating func finish() -> Verdict? {
        defer { held = nil }
        return held.map { Verdict(stretch: $0.range, mark: .fragment, evidence: Evidence.most) }
    }

    /// Whether a burst must be told now: its first sample is about to leave, or what follows has had its time.
    private func isDue(_ burst: HeldBurst) -> Bool {
        let ms = bank.hop
        return policy == .secure || taken >= burst.range.upperBound + Self.pulseReach * ms
            || taken + 2 * ms >= burst.range.lowerBound + patience
    }

    /// Whether a pulse as loud as `peak` came in the hops before the one of `age`.
    private func follows(_ age: Int, peak: Float) -> Bool {
        (age..<(age + Self.pulseReach)).contains { bank.energy(age: $0) > Self.pulseShare * peak }
    }

    /// A burst of 3 to 14 hops that ended two hops ago, with quiet before and behind it, where a pair explains it.
    private func burst() -> HeldBurst? {
        let (recent, ms) = (recent, bank.hop)
        let tail = max(bank.energy(age: 0), bank.energy(age: 1))
        let last = bank.energy(age: 3)
        guard bank.hops > 32, last > 20 * tail, last > 1e-6 * Float(ms) else { return nil }
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
            return tailBurst(from: peak).map { HeldBurst(range: $0, peak: peak, isPulse: false, isPlain: false) }
        }
        let begin = taken - (3 + length) * ms
        let end = taken - ms
        var largest: Float = 0
        for k in begin..<end { largest = max(largest, abs(recent[k & 1023])) }
        var first = begin
        while abs(recent[first & 1023]) < 0.12 * largest { first += 1 }
        var final = end
        while abs(recent[(final - 1) & 1023]) < 0.12 * largest { final -= 1 }
        let count = final - first
        guard count >= 3 * ms, count <= 16 * ms else { return nil }
        let asked: Float = policy == .secure ? 0.7 : bank.hops < contextUntil ? 0.82 : 0.94
        var explained = Burst.explained(count: count, sampleRate: sampleRate) { recent[(first + $0) & 1023] }
        if explained <= asked {
            explained = Burst.explained(count: count, sampleRate: sampleRate, ramp: Burst.ramp) {
                recent[(first + $0) & 1023]
            }
        }
        // A piece that a sound card gives twice is not one pair, but each half of it is, but for the seam.
        if explained <= asked, count >= 8 * ms {
            let half = count / 2 - ms
            let second = final - half
            explained = min(
                Burst.explained(count: half, sampleRate: sampleRate) { recent[(first + $0) & 1023] },
                Burst.explained(count: half, sampleRate: sampleRate) { recent[(second + $0) & 1023] })
        }
        guard explained > asked else { return nil }
        return HeldBurst(
            range: max(0, first - 2 * ms)..<(final + 2 * ms), peak: peak,
            isPulse: explained < Self.purePiece && follows(2 + length, peak: peak), isPlain: explained > 0.93)
    }

    /// A pair that ends in quiet but began under something else: only the last 5 to 11 ms before the quiet are fitted, and
    /// they must be the pair and nothing else.
    private func tailBurst(from peak: Float) -> Range<Int>? {
        let (recent, ms) = (recent, bank.hop)
        var final = taken - ms
        var largest: Float = 0
        for k in (final - 6 * ms)..<final { largest = max(largest, abs(recent[k & 1023])) }
        while abs(recent[(final - 1) & 1023]) < 0.12 * largest, final > taken - 4 * ms { final -= 1 }
        for length in [11, 9, 7, 5] {
            let first = final - length * ms
            let explained = Burst.explained(count: length * ms, sampleRate: sampleRate) { recent[(first + $0) & 1023] }
            if explained > 0.985 { return max(0, first - 4 * ms)..<(final + 2 * ms) }
        }
        // Shorter than that, it is seen whole, with its rise.
        for half in 10...14 {
            let first = final - half * ms / 2
            let explained = Burst.explained(count: half * ms / 2, sampleRate: sampleRate, ramp: Burst.ramp) {
                recent[(first + $0) & 1023]
            }
            if explained > 0.985 { return max(0, first - 4 * ms)..<(final + 2 * ms) }
        }
        return nil
    }
}
