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

    /// The features of `pair`, or of the strongest pair if it is `nil`.
    ///
    /// - Parameters:
    ///   - leastShare: Least share of the pair in the whole power; else nothing is measured.
    ///   - recent: The samples that the bank took.
    init(
        _ bank: borrowing ToneBank, pair: (low: Int, high: Int)? = nil, leastShare: Float = Threshold.share,
        _ recent: borrowing SampleRing
    ) {
        let power = bank.power16()
        let (low, high) = pair ?? power.strongestPair
        self.low = low
        self.high = high
        let (a, b) = (power[low], power[4 + high])
        pairPower = a + b
        let total = bank.total(length: 16) + Self.floor
        guard pairPower > leastShare * total, a < Threshold.lowOverHigh * b, b < Threshold.highOverLow * a
        else { return }

        let twelve = bank.power12
        lowPower = twelve[low]
        highPower = twelve[4 + high]
        let tones = (
            ToneTrack(bank, lane: low, power: a), ToneTrack(bank, lane: 4 + high, power: b)
        )
        lowHz = ToneFrequency.low[low] * (1 + Double(tones.0.deviation) / 100)
        highHz = ToneFrequency.high[high] * (1 + Double(tones.1.deviation) / 100)
        let turn = 2 * Double.pi / bank.tables.sampleRate
        let (lowTurn, highTurn, outOfBand) = (lowHz * turn, highHz * turn, bank.tables.outOfBand)
        let end = bank.hops * bank.hop
        let (explained, around, isOverdriven) = recent.withSamples(end - outOfBand.count..<end) { samples in
            let explained = PairFit.Explanation(samples, low: lowTurn, high: highTurn)
            return (
                explained, OutOfBandPower(low: low, high: high, samples, outOfBand),
                OverdrivenPair.isIn(samples, power: pairPower, share: pairPower / total, explained)
            )
        }
        measure(bank, power, total: total, tones, explained, around)
        if isOverdriven, Threshold.pureTwist.contains(dB(b) - dB(a)), tones.0.isSteady, tones.1.isSteady {
            score = PairScore.most
        }
    }

    /// Fills the feature vector and scores it.
    private mutating func measure(
        _ bank: borrowing ToneBank, _ power: Float8, total: Float, _ tones: (ToneTrack, ToneTrack),
        _ explained: PairFit.Explanation, _ around: OutOfBandPower
    ) {
        let (low, high) = (low, high)
        let (a, b) = (power[low], power[4 + high])
        let before = bank.total(length: 16, age: Self.beforeAge) + Self.floor
        let longBefore = bank.total(length: Self.longBeforeHops, age: Self.beforeAge) + Self.floor
        let (newer, older) = (bank.total(length: 8) + Self.floor, bank.total(length: 8, age: 8) + Self.floor)
        let rest = max(total - pairPower, Self.floor)
        func share(_ age: Int, _ total: Float) -> Float {
            let eight = bank.power8(age: age)
            return (eight[low] + eight[4 + high]) / total
        }
        let (pairLevel, beforeLevel, longLevel) = (dB(pairPower), dB(before), dB(longBefore))
        let twist = dB(b) - dB(a)
        let (share16, share8) = (pairPower / total, share(0, newer))

        (vector[.share16], vector[.share8], vector[.olderShare8]) = (share16, share8, share(8, older))
        vector[.share12] = (lowPower + highPower) / (bank.total(length: 12) + Self.floor)
        vector[.twist] = twist
        vector.take(tones.0, as: .low)
        vector.take(tones.1, as: .high)
        vector[.leastRise] = min(tones.0.rise, tones.1.rise)
        (vector[.pairOverBefore], vector[.restOverBefore]) = (pairLevel - beforeLevel, dB(rest) - beforeLevel)
        (vector[.pairOverLongBefore], vector[.restOverLongBefore]) = (pairLevel - longLevel, dB(rest) - longLevel)
        vector[.newerOverOlder] = dB(newer) - dB(older)
        vector[.secondLow] = dB(power.second(from: 0)) - dB(a)
        vector[.secondHigh] = dB(power.second(from: 4)) - dB(b)
        vector.take(explained)
        vector.take(around, relativeTo: pairLevel)
        score = share16 > Threshold.share ? PairScore.bounded(vector.logOdds) : PairScore.least
        isPure =
            share16 > Threshold.pureShare16 && share8 > Threshold.pureShare8
            && Threshold.pureTwist.contains(twist) && tones.0.isSteady && tones.1.isSteady
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
    fileprivate mutating func take(_ tone: ToneTrack, as group: Group) {
        let isLow = group == .low
        self[isLow ? .lowError : .highError] = abs(tone.deviation)
        self[isLow ? .lowChange : .highChange] = tone.change
        self[isLow ? .lowRise : .highRise] = tone.rise
        self[isLow ? .lowWander : .highWander] = tone.wander
        self[isLow ? .lowLongRise : .highLongRise] = tone.longRise
        self[isLow ? .lowNewerStep : .highNewerStep] = tone.newerStep
        self[isLow ? .lowOlderStep : .highOlderStep] = tone.olderStep
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
