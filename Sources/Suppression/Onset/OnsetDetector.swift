internal import DTMF

/// Decides where a digit may have begun on one leg, long before a receiver reports it.
///
/// A span is removed for one of three reasons: the score of a pair over 16 ms (``PairFeatures``), a burst between two
/// quiet stretches that a pair explains (``FragmentDetector``), or a tone that is already followed. Digits come in
/// series, so lower scores are enough for some seconds after a digit.
///
/// ``onset()`` decides an onset. ``followTone()`` decides a release. ``echo(of:)`` finds the tone of another leg.
struct OnsetDetector: Sendable {
    private(set) var bank: ToneBank
    var policy: Suppressor.Policy
    /// Whether a decision can be revoked before its samples leave. A low score is then enough.
    var isRevocable = false
    var tone: FollowedTone?
    /// Hop until which an earlier digit makes another one likely.
    var contextUntil = 0
    /// Hop until which the next digit is due, after a digit that the receiver confirmed.
    private var dueUntil = 0
    private var scores = OnsetScores()
    /// Number of successive hops in which a pair was nearly the whole sound.
    private var pureHops = 0
    /// Hops that were passed over because a digit certainly went on. Their scores are found if one is needed.
    private var unscored = 0..<0
    /// Whether such hops are passed over.
    var isScreened = true
    /// Score of the previous hop for each tone that may come back from another leg.
    var lastEchoScores: [Float]
    /// Whether one of them is of an echo.
    var hasEchoScores = false
    var digitLevels = DigitLevelTracker()
    private var fragments: FragmentDetector

    /// - Parameters:
    ///   - lookAhead: Delay in seconds between a sample's arrival and its departure.
    ///   - echoes: Largest number of tones of other legs that may come back at the same time.
    init(sampleRate: Double, policy: Suppressor.Policy, lookAhead: Double, echoes: Int) {
        FeatureVector.loadModels()
        lastEchoScores = Array(repeating: PairScore.least, count: echoes)
        bank = ToneBank(sampleRate: sampleRate)
        self.policy = policy
        fragments = FragmentDetector(bank.tables, lookAhead: lookAhead)
    }

    /// Takes the next hop, which `recent` holds.
    @inline(__always) mutating func takeHop(_ recent: borrowing SampleRing) { bank.takeHop(recent) }

    /// Samples taken so far.
    var taken: Int { bank.hops * bank.hop }

    /// The leg's own tone, if it carries one now. An echo does not count.
    var ownTone: ActiveTone? {
        guard let tone, !tone.isEcho, tone.lastHeard == taken else { return nil }
        return ActiveTone(
            low: tone.low, high: tone.high, lowHz: tone.lowHz, highHz: tone.highHz,
            power: tone.lowPower + tone.highPower, onset: tone.onset / bank.hop)
    }

    /// The leg's own tone, if it certainly is a digit.
    var ownDigit: ActiveTone? {
        guard let tone, tone.isDigit || tone.peakScore > Self.certainScore else { return nil }
        return ownTone
    }

    /// Whether a digit or a fragment was heard in the last 3 s.
    var isAmidDigits: Bool { bank.hops < contextUntil }

    /// Notes a hop that changes nothing, if the last hop does not: it holds no pair and no burst, and nothing is
    /// followed, scored or held.
    ///
    /// - Returns: Whether ``judge(echoes:_:)`` would have done no more. The caller knows that no echo is expected.
    @inline(__always) mutating func passOver() -> Bool {
        guard !bank.content.hasPair, !bank.content.hasBurst, isIdle, !(bank.content.hasFaintPair && isNextDigitDue)
        else { return false }
        if bank.content.hasFaintPair { scores.mean = PairScore.least }
        return true
    }

    private var isIdle: Bool {
        tone == nil && scores.areForgotten && pureHops == 0 && !fragments.isHolding && !hasEchoScores
    }

    /// Whether a low score is enough, because speech counts less or the decision can be revoked.
    var isLenient: Bool { policy == .secure || isRevocable }

    var isNextDigitDue: Bool { bank.hops < dueUntil }

    /// Notes that the receiver confirms a digit on this leg now. The next digit is then due.
    mutating func noteConfirmation(_ recent: borrowing SampleRing) {
        if !isNextDigitDue { scoreCertainHops(recent) }
        dueUntil = bank.hops + Int(Self.nextDigitWindow * 1000)
    }

    /// The decision on what to remove after the hop that has just ended; `nil` if nothing is removed.
    ///
    /// - Parameters:
    ///   - echoes: Tones of the other legs that may come back on this leg.
    ///   - recent: The samples that were taken.
    mutating func judge(echoes: [ExpectedEcho?], _ recent: borrowing SampleRing) -> OnsetDecision? {
        let followed = followTone(recent)
        // The search for an echo comes first, because an echo may look like a digit of this leg.
        let returned = echo(of: echoes, recent)
        let begun = onset(recent) ?? returned
        let fragment = fragment(recent)
        guard var span = followed ?? begun ?? fragment else { return nil }
        if let begun { span = span.covering(begun) }
        if let fragment { span = span.covering(fragment) }
        let score = fragment != nil ? PairScore.most : begun != nil ? scores.mean : PairScore.least
        let certain = fragment ?? (score > Self.certainScore ? begun : nil)
        guard let tone else { return OnsetDecision(span: span, action: .fragment, score: score, certainSpan: certain) }
        let isPress = tone.lastHeard - tone.onset >= Self.pressHops * bank.hop
        return OnsetDecision(
            span: span, action: tone.isEcho ? .echo : isPress ? .press : .fragment, score: score, certainSpan: certain)
    }

    /// The features of `pair`, or of the strongest pair if it is `nil`.
    func features(of pair: (low: Int, high: Int)? = nil, _ recent: borrowing SampleRing) -> PairFeatures {
        PairFeatures(bank, pair: pair, leastShare: pair == nil ? leastShare : PairFeatures.Threshold.share, recent)
    }

    /// Least share of a pair in the sound that is measured.
    private var leastShare: Float {
        isNextDigitDue ? PairFeatures.Threshold.nextDigitShare : PairFeatures.Threshold.share
    }

    /// Whether the pair is pure, and goes on as one that is certainly a digit: no score changes what is removed.
    private func isCertain(_ features: PairFeatures) -> Bool {
        guard let tone, isScreened, !isRevocable, !tone.isEcho, tone.peakScore > Self.certainScore,
            pureHops >= Self.minimumPureHops, taken - tone.lastHeard <= Self.gapHops * bank.hop,
            !bank.content.hasBurst, !fragments.isHolding
        else { return false }
        return features.low == tone.low && features.high == tone.high
    }

    /// Scores the hops that were certain, as far as the next decision depends on them. What that score depends on must
    /// not have changed since.
    mutating func scoreCertainHops(_ recent: borrowing SampleRing) {
        let now = bank
        for hop in unscored.suffix(Self.minimumLastingHops) {
            bank = now.earlier(by: now.hops - hop)
            var features = PairFeatures(bank, leastShare: leastShare)
            score(&features, recent)
        }
        (bank, unscored) = (now, 0..<0)
    }

    /// Scores the next hop.
    private mutating func score(_ features: inout PairFeatures, _ recent: borrowing SampleRing) {
        let level = nextDigitLevel(of: features)
        // A pair that is a smaller share of the sound has a score as the next digit only.
        if features.share16 > PairFeatures.Threshold.share || level != nil { features.measure(bank, recent) }
        let nextDigit = level.map { features.score(ofNextDigitAt: $0) } ?? PairScore.least
        let odds = digitLevels.logOdds(of: features.lowPower + features.highPower, isAmidDigits: isAmidDigits)
        scores.take(features.score, asNextDigit: nextDigit, levelOdds: odds)
    }

    /// Notes a hop without a pair.
    private mutating func forgetScores() {
        scores.forget()
        (pureHops, unscored) = (0, 0..<0)
    }

    /// The span of a digit that begins now: the onset decision.
    ///
    /// The scores of the last two hops decide. The level of earlier digits and the purity of the pair count too.
    private mutating func onset(_ recent: borrowing SampleRing) -> Range<Int>? {
        let (ms, now) = (bank.hop, taken)
        guard bank.energy(age: 0) + bank.energy(age: 4) + bank.energy(age: 8) > Self.leastEnergy,
            case var features = PairFeatures(bank, leastShare: leastShare), features.pairPower > Self.leastPairPower
        else {
            forgetScores()
            return nil
        }
        pureHops = features.isPure ? pureHops + 1 : 0
        if isCertain(features) {
            unscored = (unscored.isEmpty ? bank.hops : unscored.lowerBound)..<bank.hops + 1
            follow(features, mean: PairScore.least, now: now)
            return max(0, now - Self.attackHops * ms)..<(now + Self.marginHops * ms)
        }
        scoreCertainHops(recent)
        score(&features, recent)
        let mean = scores.plainMean
        if tone?.isEcho == false, max(mean, scores.nextDigitMean) > Self.releaseThreshold || features.isPure {
            tone?.lastSupported = now
        }
        guard
            scores.mean > Self.onsetThreshold || scores.lastingHops >= Self.minimumLastingHops
                || isLenient && mean > Self.lenientOnsetThreshold || pureHops >= Self.minimumPureHops
        else { return nil }
        let hidden = tone == nil && isRevocable ? hiddenHops(of: features) : 0
        follow(features, mean: mean, now: now)
        // A tone may fade after its onset through a low-rate codec. If it began like a digit, it is held for the length
        // of one.
        if mean > Self.holdScore, let onset = tone?.onset { tone?.holdUntil = onset + Self.holdHops * ms }
        return max(0, now - max(Self.attackHops, hidden) * ms)..<(now + Self.marginHops * ms)
    }

    /// Hops before now in which the pair may have been under louder speech: both tones were about as loud as they are.
    private func hiddenHops(of features: PairFeatures) -> Int {
        var age = 0
        while age < Self.longestHidden {
            let power = bank.power16(age: age)
            guard power[features.low] > Self.hiddenPower * features.lowPower,
                power[4 + features.high] > Self.hiddenPower * features.highPower
            else { break }
            age += 1
        }
        return age + Self.windowHops / 2
    }

    /// Level of the pair relative to the digits before, in dB, if the next digit is due and the pair may be that digit.
    func nextDigitLevel(of features: PairFeatures) -> Float? {
        guard isNextDigitDue, features.isMeasured,
            let distance = digitLevels.distance(of: features.lowPower + features.highPower),
            Self.nextDigitLevels.contains(distance),
            distance > Self.fadedLevel || features.share16 > Self.fadedShare
        else { return nil }
        return distance
    }

    /// The fragment to remove now. A fragment that is nearly pure makes digits likely.
    private mutating func fragment(_ recent: borrowing SampleRing) -> Range<Int>? {
        let due = fragments.judge(bank, recent, policy: policy, isAmidDigits: isAmidDigits)
        if let due, due.isPure { contextUntil = max(contextUntil, bank.hops + Self.contextHops) }
        return due?.range
    }
}

/// Thresholds of an onset. A hop is 1 ms. They were chosen on the made calls that <doc:Training> names.
extension OnsetDetector {
    /// Least log-odds in a stream: the mean of two hops, with the part that the level of the pair adds.
    static let onsetThreshold: Float = 3.5
    /// Least log-odds, without the level, if ``isLenient``.
    static let lenientOnsetThreshold: Float = 2.5
    /// Least log-odds if the next digit is due.
    static let nextDigitThreshold: Float = 1.5
    /// Log-odds by which one hop must exceed the threshold to decide without the next hop.
    static let singleHopSurplus: Float = 4
    /// Score above which a tone is certainly a digit, so that its level may be learned. Speech seldom reaches it.
    static let certainScore: Float = 8
    /// Score above which a tone is held for ``holdHops`` after its onset.
    static let holdScore: Float = 4
    static let holdHops = 50
    /// Number of successive hops in which a nearly pure pair is an onset without other evidence. A vowel is pure for
    /// one or two hops.
    static let minimumPureHops = 3
    /// Log-odds, with the part that the level adds, that are an onset if they last for this many hops: noise lowers
    /// every score of a digit, while a voice has a high one for a hop or two.
    static let lastingThreshold: Float = 1.5
    static let minimumLastingHops = 4
    /// Added to the score of the next digit where any score is compared: 4 above the threshold it is certain.
    static let nextDigitSurplus: Float = 5.5
    /// Level below which a fading path has weakened the next digit, in dB over the digits before, and the least share
    /// of its pair in the whole power. Speech would add to the level.
    static let fadedLevel: Float = -4
    static let fadedShare: Float = 0.7
    /// Level of the next digit relative to the digits before, in dB. Speech over a digit adds to its level and takes
    /// little from it; a fading path takes more.
    static let nextDigitLevels: Range<Float> = -16..<8
    /// Seconds after a confirmed digit in which the next digit of the same number is due.
    static let nextDigitWindow = 0.8
    /// Hops for which one digit makes another one likely.
    static let contextHops = 3000

    /// Least power of a pair, mean square: −56 dBm0.
    static let leastPairPower: Float = 6e-7
    /// Least sum of the energies Σ x² of three hops of the window.
    static let leastEnergy: Float = 1e-7
    /// Hops of the window that is scored.
    static let windowHops = 16
    /// Hops before now that are removed at an onset: the window and 4 ms before it.
    static let attackHops = 20
    /// Hops for which the beginning of a digit is looked for under louder speech, if its samples have not left, and the
    /// least power of each tone there.
    static let longestHidden = 76
    static let hiddenPower: Float = 0.2
    /// Least power of another pair that is a digit of its own, relative to the pair that is followed: 6 dB. The tail of
    /// a digit may be followed when the next one begins.
    static let otherPairPower: Float = 4
    /// Hops after now that are also removed.
    static let marginHops = 3
    /// Longest gap in hops within one tone.
    static let gapHops = 4
    /// Weight of a new frequency in the mean of a tone.
    static let frequencySmoothing = 0.2
    /// Least number of hops from the onset to the last sound of a press. A tone is heard for 5 ms longer than it lasts,
    /// so this is 38 ms of tone.
    static let pressHops = 43
}
