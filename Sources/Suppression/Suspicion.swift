internal import DTMF

/// What the early ear of one leg says after a hop.
struct Verdict: Sendable {
    /// What to take out, in samples counted from the first.
    var stretch: Range<Int>
    /// How it is marked.
    var mark: Mark
    /// Log-odds that speak for it, as far as they are new; ``Evidence/most`` for a burst that a pair explains.
    var evidence: Float
    /// The part of it that the evidence of this hop is of, where it is a tone's beyond doubt.
    var piece: Range<Int>?
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
/// explains (``BurstWatch``), and, once a tone is there, its going on. After a tone that lasted, less evidence is asked for some
/// seconds, because keys come in series.
struct Suspicion: Sendable {
    private(set) var bank: ToneBank
    private let surroundings: Surroundings
    private let sampleRate: Double
    var policy: Suppressor.Policy
    /// Whether a suspicion can be revoked before anything is taken out, so that little evidence is enough to raise it.
    var isRevocable = false
    private var recent = RecentSamples()
    private var tone: Tone?
    /// Hops until when a key that was heard makes others likely, and until when the next one is due behind one that a receiver proved.
    private var contextUntil = 0
    private var dueUntil = 0
    /// Evidence of the hop before, as for any key and as for one that is due.
    private var lastScore = Evidence.least
    private var lastDueScore = Evidence.least
    /// Hops in a row in which a pair was nearly all there was.
    private var pureHops = 0
    /// Mean of the evidence of the last two hops where it raised suspicion, with what the level of its pair adds to it.
    private var lastMean = Evidence.least
    /// The same for each tone that may come back.
    private var lastEchoScores: [Float]
    private var keyLevel = KeyLevel()
    private var bursts: BurstWatch
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
    static let plain: Float = 8
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
    /// How long after a press that a receiver proved the next one of the same number is due, in seconds.
    static let moment = 0.8

    /// - Parameters:
    ///   - lookAhead: Seconds after which a sample leaves.
    ///   - echoes: Tones of other legs that may come back at a time.
    init(sampleRate: Double, policy: Suppressor.Policy, lookAhead: Double, echoes: Int) {
        lastEchoScores = Array(repeating: Evidence.least, count: echoes)
        bank = ToneBank(sampleRate: sampleRate)
        surroundings = Surroundings(sampleRate: sampleRate, hop: bank.hop)
        self.sampleRate = sampleRate
        self.policy = policy
        bursts = BurstWatch(sampleRate: sampleRate, hop: bank.hop, lookAhead: lookAhead)
    }

    /// Takes one sample; true where it completes a hop.
    @inline(__always) mutating func take(_ sample: Float) -> Bool {
        recent.append(sample)
        return bank.take(sample)
    }

    /// Samples taken so far.
    private var taken: Int { recent.count }

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
    /// Log-odds that are asked for a key that is due, as the mean of two hops.
    private static let askedOfDueKey: Float = 0.5
    /// How far over the level of the keys one that is due may lie, in dB: speech over a key adds to it and takes little from it.
    private static let dueDistances: Range<Float> = -4..<8

    /// Hops in a row in which a pair is nearly all there is, so that it needs no other evidence: vowels are it for one or two now and then.
    private static let pureHopsAsked = 3

    /// Whether a key or a piece of one was heard in the last seconds.
    private var isAmidKeys: Bool { bank.hops < contextUntil }

    /// Notes that a receiver proves a press on this leg now.
    mutating func noteProof() { dueUntil = bank.hops + Int(Self.moment * 1000) }

    /// Whether speech is worth less, or what is suspected can be revoked.
    private var isLenient: Bool { policy == .secure || isRevocable }

    /// The stretch to take out after the hop that is now complete, in samples counted from the first.
    ///
    /// - Parameter echoes: Tones of the other legs that may come back on this one.
    mutating func judge(echoes: [ExpectedEcho?]) -> Verdict? {
        let followed = follow()
        // An echo plain enough to look like a key of this leg is still an echo.
        let returned = returning(echoes)
        let suspected = suspect() ?? returned
        let fragment = burst()
        guard var stretch = followed ?? suspected ?? fragment else { return nil }
        if let suspected { stretch = stretch.covering(suspected) }
        if let fragment { stretch = stretch.covering(fragment) }
        let evidence = fragment != nil ? Evidence.most : suspected != nil ? lastMean : Evidence.least
        let piece = fragment ?? (evidence > Self.plain ? suspected : nil)
        guard let tone else { return Verdict(stretch: stretch, mark: .fragment, evidence: evidence, piece: piece) }
        // What is heard outlasts the tone by some 5 ms, so that this is a tone of 38 ms or more.
        let isPress = tone.lastHeard - tone.onset >= 43 * bank.hop
        return Verdict(
            stretch: stretch, mark: tone.isEcho ? .echo : isPress ? .press : .fragment, evidence: evidence,
            piece: piece)
    }

    /// The evidence for `pair`; for the strongest one where it is `nil`.
    func evidence(for pair: (low: Int, high: Int)? = nil) -> Evidence {
        // The closure holds the samples alone: of all of this value it would make a copy.
        let (recent, first) = (recent, taken - 16 * bank.hop)
        return Evidence(bank, sampleRate: sampleRate, surroundings: surroundings, pair: pair) { recent[first + $0] }
    }

    /// A tone of another leg that comes back on this one: less evidence is asked for its pair, and it may be fainter.
    private mutating func returning(_ echoes: [ExpectedEcho?]) -> Range<Int>? {
        for (index, echo) in echoes.enumerated() {
            let before = lastEchoScores[index]
            lastEchoScores[index] = Evidence.least
            guard let echo else { continue }
            let evidence = evidence(for: (echo.tone.low, echo.tone.high))
            let power = evidence.pairPower
            guard power > 3e-8, power > 1e-5 * echo.tone.power, power < echo.mostPower else { continue }
            lastEchoScores[index] = evidence.score
            let mean = (before + evidence.score) / 2
            let now = taken
            let isOfTone = tone?.isEcho == true && tone?.low == evidence.low && tone?.high == evidence.high
            if isOfTone, mean > Self.against || evidence.isPure { tone?.supported = now }
            guard mean > -1 || evidence.isPure else { continue }
            let ms = bank.hop
            if tone == nil || now - (tone?.lastHeard ?? 0) > 4 * ms {
                tone = Tone(
                    low: evidence.low, high: evidence.high, lowPower: evidence.lowPower, highPower: evidence.highPower,
                    lowHz: evidence.lowHz, highHz: evidence.highHz,
                    onset: now - 16 * ms, lastHeard: now, hold: now, peak: Evidence.most, supported: now, counted: true,
                    isEcho: true)
            }
            return max(0, now - 20 * ms)..<(now + 3 * ms)
        }
        return nil
    }

    /// The mean of two hops; one that alone says much more than is asked for need not wait for the next.
    private static func mean(_ before: Float, _ score: Float) -> Float { max((before + score) / 2, score - 4) }

    /// A pair that the evidence of the last two hops speaks for.
    private mutating func suspect() -> Range<Int>? {
        let (before, dueBefore, pureBefore) = (lastScore, lastDueScore, pureHops)
        (lastScore, lastDueScore, pureHops) = (Evidence.least, Evidence.least, 0)
        guard bank.energy(age: 0) + bank.energy(age: 4) + bank.energy(age: 8) > 1e-7 else { return nil }
        let evidence = evidence()
        guard evidence.pairPower > Self.faintest else { return nil }
        lastScore = evidence.score
        pureHops = evidence.isPure ? pureBefore + 1 : 0
        if let distance = distance(ofDueKey: evidence) { lastDueScore = evidence.score(ofDueKeyAt: distance) }
        let mean = Self.mean(before, evidence.score)
        let due = Self.mean(dueBefore, lastDueScore)
        lastMean = mean + keyLevel.logOdds(of: evidence.lowPower + evidence.highPower, isAmidKeys: isAmidKeys)
        let now = taken
        if tone?.isEcho == false, max(mean, due) > Self.against || evidence.isPure { tone?.supported = now }
        guard
            lastMean > Self.asked || due > Self.askedOfDueKey || isLenient && mean > Self.askedAtAnyLevel
                || pureHops >= Self.pureHopsAsked
        else { return nil }
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
        return max(0, now - 20 * ms)..<(now + 3 * ms)
    }

    /// How far the pair of `evidence` lies over the level of the keys before, in dB, where the next one is due and may be this.
    func distance(ofDueKey evidence: Evidence) -> Float? {
        guard bank.hops < dueUntil, evidence.isWeighed,
            let distance = keyLevel.distance(of: evidence.lowPower + evidence.highPower),
            Self.dueDistances.contains(distance)
        else { return nil }
        return distance
    }

    /// How long a tone goes on where neither evidence nor level speaks for it, in hops; `nil` where it is a key beyond doubt, or speech is
    /// worth less or can be given back.
    private func benefit(of tone: Tone) -> Int? {
        // Under speech an echo is subtracted.
        if tone.isEcho { return policy == .secure ? nil : Self.benefitOfDoubt }
        if isLenient { return nil }
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
        if let benefit = benefit(of: heard) {
            // A voice that begins like a key or as loud as the keys were, grows louder and is none of them.
            if !heard.isEcho, keyLevel.logOdds(of: low + high, isAmidKeys: isAmidKeys) > Self.asked {
                heard.supported = now
            }
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

    /// The burst that is to be taken out now; one that is plainly a pair makes keys likely.
    private mutating func burst() -> Range<Int>? {
        let due = bursts.judge(bank, recent, policy: policy, isAmidKeys: isAmidKeys)
        if let due, due.isPlain { contextUntil = max(contextUntil, bank.hops + Self.memory) }
        return due?.range
    }
}
