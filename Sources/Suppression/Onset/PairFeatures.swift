internal import Glibc
internal import DTMF

/// Bounds of a pair's score. The score is the log-odds that the pair is a digit, in natural logarithm.
///
/// The bounds keep a single hop from deciding.
enum PairScore {
    static let least: Float = -8
    static let most: Float = 12

    static func bounded(_ logOdds: Float) -> Float { min(max(logOdds, least), most) }
}

/// The features of a tone pair in the last 16 ms, and its score: the log-odds that a digit has begun.
///
/// A network (``OnsetModel``) computes the score from the features that ``PairFeature`` names. It was trained on digits
/// 17 to 20 ms after their first sample, on lines of many kinds, against sounds without digits (<doc:Training>).
///
/// If the next digit is due, a second network (``NextDigitModel``) takes the pair's level relative to earlier digits as
/// a further feature.
struct PairFeatures: Sendable {
    /// The pair: indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Power of the pair over 16 ms, mean square.
    var pairPower: Float
    /// Power of each tone of the pair over 12 ms, mean square.
    var lowPower: Float = 0
    var highPower: Float = 0
    /// Measured frequencies in Hz.
    var lowHz = 0.0
    var highHz = 0.0
    /// The features of the score; zeros if the pair was too weak to be measured.
    private(set) var vector = FeatureVector()
    /// Share of the pair in the whole power over 16 ms.
    var share16: Float { pairPower / total }
    /// Whether the pair was strong enough to be measured.
    var isMeasured: Bool { lowPower > 0 }
    /// The log-odds, −8 to 12. The pair must be ``Threshold/share`` of the sound for it.
    var score = PairScore.least
    /// Whether the sound is little more than a steady pair at the right frequencies.
    ///
    /// A digit that follows speech without a pause is pure, although its power does not rise.
    var isPure = false

    enum Threshold {
        /// Least share of the pair in the whole power, and the least if the next digit is due: speech over a digit may
        /// be far louder.
        static let share: Float = 0.3
        static let nextDigitShare: Float = 0.1
        /// Largest power of the low tone relative to the high one (22 dB), and of the high tone relative to the low
        /// one.
        ///
        /// A low-rate codec distorts the twist of a digit to as much as 22 dB in its first 20 ms. A beep near one tone
        /// of a digit exceeds that.
        static let lowOverHigh: Float = 150
        static let highOverLow: Float = 170
        /// Limits of a pure pair: least share over 16 ms and over the newer 8 ms, and twist in dB.
        static let pureShare16: Float = 0.9
        static let pureShare8: Float = 0.88
        static let pureTwist: ClosedRange<Float> = -12...8
    }

    /// Added to each power before a logarithm or a division, mean square.
    static let floor: Float = 1e-9
    /// Age and length, in hops, of the sound before the pair: from 20 ms on, and from 20 to 116 ms.
    private static let beforeAge = 20
    private static let longBeforeHops = 96

    /// Power of each tone over 16 ms and of the whole sound, and the course of each tone, if the pair was measured.
    private var powers = SIMD2<Float>()
    private var total: Float = 0
    private var share8: Float = 0
    private var tones: (low: ToneTrack, high: ToneTrack)?

    /// The features of `pair`, or of the strongest pair if it is `nil`, with their score.
    init(
        _ bank: borrowing ToneBank, pair: (low: Int, high: Int)? = nil, leastShare: Float = Threshold.share,
        _ recent: borrowing SampleRing
    ) {
        self.init(bank, pair: pair, leastShare: leastShare)
        measure(bank, recent)
    }

    /// The same without what costs the most: the feature vector and the score.
    ///
    /// - Parameter leastShare: Least share of the pair in the whole power; else nothing is measured.
    init(_ bank: borrowing ToneBank, pair: (low: Int, high: Int)? = nil, leastShare: Float) {
        let power = bank.power16()
        let (low, high) = pair ?? power.strongestPair
        self.low = low
        self.high = high
        powers = SIMD2(power[low], power[4 + high])
        pairPower = powers[0] + powers[1]
        total = bank.total(length: 16) + Self.floor
        guard pairPower > leastShare * total, powers[0] < Threshold.lowOverHigh * powers[1],
            powers[1] < Threshold.highOverLow * powers[0]
        else { return }
        let (twelve, eight) = (bank.power12, bank.power8)
        (lowPower, highPower) = (twelve[low], twelve[4 + high])
        let tones = (low: ToneTrack(bank, lane: low), high: ToneTrack(bank, lane: 4 + high))
        self.tones = tones
        lowHz = ToneFrequency.low[low] * (1 + Double(tones.low.deviation) / 100)
        highHz = ToneFrequency.high[high] * (1 + Double(tones.high.deviation) / 100)
        share8 = (eight[low] + eight[4 + high]) / (bank.total(length: 8) + Self.floor)
        isPure =
            share16 > Threshold.pureShare16 && share8 > Threshold.pureShare8 && tones.low.isSteady
            && tones.high.isSteady && Threshold.pureTwist.contains(dB(powers[1]) - dB(powers[0]))
    }

    /// Fills the feature vector and scores it, if the pair was measured.
    ///
    /// - Parameter recent: The samples that the bank took.
    mutating func measure(_ bank: borrowing ToneBank, _ recent: borrowing SampleRing) {
        guard let tones else { return }
        let turn = 2 * Double.pi / bank.tables.sampleRate
        let (low, high, power, share16) = (low, high, pairPower, share16)
        let (lowTurn, highTurn, outOfBand) = (lowHz * turn, highHz * turn, bank.tables.outOfBand)
        let end = bank.hops * bank.hop
        let (explained, around, isOverdriven) = recent.withSamples(end - outOfBand.count..<end) { samples in
            let explained = PairFit.Explanation(samples, low: lowTurn, high: highTurn)
            return (
                explained, OutOfBandPower(low: low, high: high, samples, outOfBand),
                OverdrivenPair.isIn(samples, power: power, share: share16, explained)
            )
        }
        let levels = SIMD2(dB(powers[0]), dB(powers[1]))
        measureLevels(bank, levels)
        let before = ToneTrack.powersBefore(bank)
        vector.take(tones.low, bank, lane: low, level: levels[0], before, as: .low)
        vector.take(tones.high, bank, lane: 4 + high, level: levels[1], before, as: .high)
        vector[.leastRise] = min(vector[.lowRise], vector[.highRise])
        vector.take(explained)
        vector.take(around, relativeTo: dB(pairPower))
        score = share16 > Threshold.share ? PairScore.bounded(vector.logOdds) : PairScore.least
        if isOverdriven, Threshold.pureTwist.contains(levels[1] - levels[0]), tones.low.isSteady, tones.high.isSteady {
            score = PairScore.most
        }
    }

    /// Fills in the levels of the pair and of the sound.
    private mutating func measureLevels(_ bank: borrowing ToneBank, _ levels: SIMD2<Float>) {
        let before = dB(bank.total(length: 16, age: Self.beforeAge) + Self.floor)
        let longBefore = dB(bank.total(length: Self.longBeforeHops, age: Self.beforeAge) + Self.floor)
        let (newer, older) = (bank.total(length: 8) + Self.floor, bank.total(length: 8, age: 8) + Self.floor)
        let (rest, pairLevel) = (dB(max(total - pairPower, Self.floor)), dB(pairPower))
        let (power, olderEight) = (bank.power16(), bank.power8(age: 8))
        (vector[.share16], vector[.share8]) = (share16, share8)
        vector[.olderShare8] = (olderEight[low] + olderEight[4 + high]) / older
        vector[.share12] = (lowPower + highPower) / (bank.total(length: 12) + Self.floor)
        vector[.twist] = levels[1] - levels[0]
        (vector[.pairOverBefore], vector[.restOverBefore]) = (pairLevel - before, rest - before)
        (vector[.pairOverLongBefore], vector[.restOverLongBefore]) = (pairLevel - longBefore, rest - longBefore)
        vector[.newerOverOlder] = dB(newer) - dB(older)
        vector[.secondLow] = dB(power.second(from: 0)) - levels[0]
        vector[.secondHigh] = dB(power.second(from: 4)) - levels[1]
    }
}

extension PairFeatures {
    /// The score if the next digit is due and the pair lies `distance` dB above the level of the digits before.
    func score(ofNextDigitAt distance: Float) -> Float {
        PairScore.bounded(vector.logOdds(ofNextDigitAt: distance))
    }
}

extension FeatureVector {
    fileprivate enum Group { case low, high }

    /// Sets what a tone of the pair gives.
    fileprivate mutating func take(
        _ tone: ToneTrack, _ bank: borrowing ToneBank, lane: Int, level: Float,
        _ before: (last: Float8, most: Float8), as group: Group
    ) {
        let isLow = group == .low
        self[isLow ? .lowError : .highError] = abs(tone.deviation)
        self[isLow ? .lowChange : .highChange] = tone.change
        self[isLow ? .lowRise : .highRise] = level - dB(before.last[lane])
        self[isLow ? .lowLongRise : .highLongRise] = level - dB(before.most[lane])
        self[isLow ? .lowWander : .highWander] = ToneTrack.wander(bank, lane: lane)
        let middle = dB(bank.power8(age: 4)[lane])
        self[isLow ? .lowNewerStep : .highNewerStep] = tone.newer - middle
        self[isLow ? .lowOlderStep : .highOlderStep] = middle - tone.older
    }

    fileprivate mutating func take(_ fit: PairFit.Explanation) {
        (self[.explained], self[.explainedOlder], self[.explainedNewer]) = (fit.whole, fit.older, fit.newer)
        self[.crest] = fit.crest
    }

    fileprivate mutating func take(_ around: OutOfBandPower, relativeTo level: Float) {
        (self[.below], self[.above]) = (dB(around.below) - level, dB(around.above) - level)
        self[.middle] = dB(around.middle) - level
    }
}

extension PairFit {
    /// How well a fit explains the samples that it was fitted to.
    struct Explanation {
        /// Share of the energy of all samples, of the older half and of the newer half, 0 to 1.
        var whole: Float
        var older: Float
        var newer: Float
        /// Peak power of the remainder over its mean power, in dB.
        var crest: Float

        /// Of the fit of sinusoids at `low` and `high` radians a sample to `samples`.
        init(_ samples: Span<Float>, low: Double, high: Double) {
            let (fit, remainder) = PairFit.withRemainder(samples, low: low, high: high)
            let (energy, left) = (remainder.energy, remainder.left)
            // The addends prevent a division by zero in digital silence.
            func share(_ half: Int) -> Float { Float(1 - left[half] / (energy[half] + 1e-7)) }
            let total = energy.sum()
            whole = Float(fit.explained * total / (total + 1e-7))
            (older, newer) = (share(0), share(1))
            let peak = remainder.largest * Double(samples.count)
            crest = Float(10 * log10(peak / (left.sum() + 1e-9) + 1e-9))
        }
    }
}
