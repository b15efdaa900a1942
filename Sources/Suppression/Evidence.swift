internal import Glibc
internal import DTMF

/// What speaks for and against a tone pair in the last 16 ms, put into one number: log-odds, natural logarithm.
///
/// Thirty-four measures of the strongest pair go into a small network (``TaughtWeights``). It was taught key presses in noise,
/// under speech, through µ-law and GSM as they are 17 to 20 ms after their first sample, against speech without tones; the
/// page *Method* in this module's documentation says on what. A key that is due behind another one has a network of its own
/// (``DueKeyWeights``), to which the level of the keys before is one measure more.
struct Evidence: Sendable {
    /// The pair: indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Power of the pair over 16 ms, mean square.
    var pairPower: Float
    /// Power of each tone of the pair over 12 ms.
    var lowPower: Float = 0
    var highPower: Float = 0
    /// Frequencies in Hz.
    var lowHz = 0.0
    var highHz = 0.0
    /// What the log-odds are made of; zeros where there is nothing to weigh.
    private(set) var measures = Measures()
    /// Whether there is a pair to weigh.
    var isWeighed: Bool { lowPower > 0 }
    /// The log-odds.
    var score = Self.least
    /// Whether a steady pair at the right frequencies is nearly all there is, whatever was there before: a tone that
    /// follows speech without a pause has no jump to show.
    var isPure = false

    /// Bounds of the score, so that one hop alone decides nothing.
    static let least: Float = -8
    static let most: Float = 12
    /// Least share of the pair in all power: with less there is no evidence to weigh.
    private static let leastShare: Float = 0.3
    /// Most that the low tone may be over the high one, and the high one over the low one, in power. A low-rate codec bends a key to
    /// 22 dB in its first 20 ms; a beep of one frequency near a tone of a key is no pair.
    private static let mostLowExcess: Float = 150
    private static let mostHighExcess: Float = 170

    /// The evidence for `pair`; for the strongest one where it is `nil`.
    ///
    /// - Parameter recent: The samples of the last 16 ms, by their index.
    init(
        _ bank: ToneBank, sampleRate: Double, surroundings: Surroundings, pair: (low: Int, high: Int)? = nil,
        recent: (Int) -> Float
    ) {
        let power = bank.power16()
        let (low, high) = pair ?? power.strongestPair
        self.low = low
        self.high = high
        let (a, b) = (power[low], power[4 + high])
        pairPower = a + b
        let total = bank.total(length: 16) + 1e-9
        guard pairPower > Self.leastShare * total, a < Self.mostLowExcess * b, b < Self.mostHighExcess * a
        else { return }

        let twelve = bank.power12
        lowPower = twelve[low]
        highPower = twelve[4 + high]
        let tones = (
            Course(bank, lane: low, power: a, sampleRate: sampleRate),
            Course(bank, lane: 4 + high, power: b, sampleRate: sampleRate)
        )
        lowHz = ToneFrequency.low[low] * (1 + Double(tones.0.deviation) / 100)
        highHz = ToneFrequency.high[high] * (1 + Double(tones.1.deviation) / 100)
        let (count, turn) = (16 * bank.hop, 2 * Double.pi / sampleRate)
        let explained = PairFit(count: count, low: lowHz * turn, high: highHz * turn, sample: recent)
            .explanation(count: count, low: lowHz * turn, high: highHz * turn, sample: recent)
        let around = surroundings.powers(low: low, high: high, sample: recent)
        let before = bank.total(length: 16, age: 20) + 1e-9
        let longBefore = bank.total(length: 96, age: 20) + 1e-9
        let (newer, older) = (bank.total(length: 8) + 1e-9, bank.total(length: 8, age: 8) + 1e-9)
        let rest = max(total - pairPower, 1e-9)
        func share(_ age: Int, _ total: Float) -> Float {
            let eight = bank.power8(age: age)
            return (eight[low] + eight[4 + high]) / total
        }
        let (pairLevel, beforeLevel, longLevel) = (dB(pairPower), dB(before), dB(longBefore))
        let twist = dB(b) - dB(a)
        let (share16, share8) = (pairPower / total, share(0, newer))

        measures.add(share16, (lowPower + highPower) / (bank.total(length: 12) + 1e-9), share8, twist)
        measures.add(abs(tones.0.deviation), abs(tones.1.deviation), tones.0.change, tones.1.change)
        measures.add(tones.0.jump, tones.1.jump, min(tones.0.jump, tones.1.jump), dB(rest) - beforeLevel)
        measures.add(pairLevel - beforeLevel, dB(power.second(from: 0)) - dB(a), dB(power.second(from: 4)) - dB(b))
        measures.add(share(8, older), tones.0.wander, tones.1.wander, tones.0.longJump, tones.1.longJump)
        measures.add(pairLevel - longLevel, dB(rest) - longLevel, dB(newer) - dB(older))
        measures.add(tones.0.newerStep, tones.0.olderStep, tones.1.newerStep, tones.1.olderStep)
        measures.add(explained.whole, explained.older, explained.newer, explained.crest)
        measures.add(dB(around.below) - pairLevel, dB(around.above) - pairLevel, dB(around.middle) - pairLevel)
        score = Self.bounded(measures.logOdds)
        isPure =
            share16 > 0.9 && share8 > 0.88 && twist > -12 && twist < 8
            && tones.0.isSteady && tones.1.isSteady
    }
}

extension Evidence {
    /// The log-odds of a key that is due, where the pair lies `distance` dB over the level of the keys before.
    func score(ofDueKeyAt distance: Float) -> Float {
        Self.bounded(measures.logOdds(ofDueKeyAt: distance))
    }

    private static func bounded(_ logOdds: Float) -> Float { min(max(logOdds, least), most) }
}

/// How one tone of a pair went in the last 16 ms and before.
private struct Course {
    /// Frequency against the nominal one in percent, from the advance in phase between two 8 ms windows.
    var deviation: Float
    /// How much the deviation differs between the newer and the older half of that.
    var wander: Float
    /// Change from the older 8 ms to the newer in dB, without its sign, and in two steps with it.
    var change: Float
    var newerStep: Float
    var olderStep: Float
    /// Power over what was at this frequency 20 ms before, and over the most of 20 to 100 ms before, in dB.
    var jump: Float
    var longJump: Float

    /// Whether frequency and level are those of a key that goes on.
    var isSteady: Bool { abs(deviation) < 2.2 && change < 2.5 }

    init(_ bank: ToneBank, lane: Int, power: Float, sampleRate: Double) {
        let (newest, middle, oldest) = (bank.eight(age: 0), bank.eight(age: 4), bank.eight(age: 8))
        let hz = ToneFrequency.all[lane]
        func deviation(_ newer: ComplexLanes, _ older: ComplexLanes, _ hops: Int) -> Float {
            let seconds = Double(hops * bank.hop) / sampleRate
            let turn = 2 * Double.pi * hz * seconds
            let re = Double(newer.re[lane] * older.re[lane] + newer.im[lane] * older.im[lane])
            let im = Double(newer.im[lane] * older.re[lane] - newer.re[lane] * older.im[lane])
            // What is left of the advance when the nominal one is taken out.
            let rest = atan2(im * cos(turn) - re * sin(turn), re * cos(turn) + im * sin(turn))
            return Float(100 * rest / (2 * Double.pi * seconds) / hz)
        }
        self.deviation = deviation(newest, oldest, 8)
        wander = abs(deviation(newest, middle, 4) - deviation(middle, oldest, 4))
        let level = dB(bank.power8(age: 0)[lane])
        let (before, longBefore) = (dB(bank.power8(age: 4)[lane]), dB(bank.power8(age: 8)[lane]))
        change = abs(level - longBefore)
        (newerStep, olderStep) = (level - before, before - longBefore)
        var most: Float = 0
        for age in stride(from: 20, to: 100, by: 8) { most = max(most, bank.power16(age: age)[lane]) }
        jump = dB(power) - dB(bank.power16(age: 20)[lane])
        longJump = dB(power) - dB(most)
    }
}

/// The measures of a pair, in the order in which they were taught.
struct Measures: Sendable {
    /// How many there are.
    static let number = 34

    private(set) var values = InlineArray<34, Float>(repeating: 0)
    private var count = 0

    /// Adds the next measures.
    ///
    /// One by one: a list of any length would be an array, and the audio path allocates nothing.
    fileprivate mutating func add(_ a: Float, _ b: Float, _ c: Float, _ d: Float? = nil, _ e: Float? = nil) {
        add(a)
        add(b)
        add(c)
        if let d { add(d) }
        if let e { add(e) }
    }

    private mutating func add(_ value: Float) {
        values[count] = value
        count += 1
    }

    /// What the network for any key makes of them.
    fileprivate var logOdds: Float { Self.ofAnyKey.sum(of: values) }

    /// What the network for a key that is due makes of them and of how far the pair lies from the level of the keys, in dB.
    fileprivate func logOdds(ofDueKeyAt distance: Float) -> Float {
        var all = InlineArray<35, Float>(repeating: distance)
        for index in values.indices { all[index] = values[index] }
        return Self.ofDueKey.sum(of: all)
    }

    private static let ofAnyKey = Network(
        means: TaughtWeights.means, scales: TaughtWeights.scales, inner: TaughtWeights.inner,
        innerBias: TaughtWeights.innerBias, outer: TaughtWeights.outer, bias: TaughtWeights.bias)
    private static let ofDueKey = Network(
        means: DueKeyWeights.means, scales: DueKeyWeights.scales, inner: DueKeyWeights.inner,
        innerBias: DueKeyWeights.innerBias, outer: DueKeyWeights.outer, bias: DueKeyWeights.bias)
}

extension PairFit {
    /// How well a fit explains the samples that it was fitted to.
    fileprivate struct Explanation {
        /// Share of the energy of all, of the older and of the newer half.
        var whole: Float
        var older: Float
        var newer: Float
        /// Peak power of what is left over its mean power in dB.
        var crest: Float
    }

    fileprivate func explanation(
        count: Int, low: Double, high: Double, sample: (Int) -> Float
    ) -> Explanation {
        let (energy, left, largest) = remainder(count: count, low: low, high: high, sample: sample)
        func share(_ half: Int) -> Float { Float(1 - left[half] / (energy[half] + 1e-7)) }
        let total = energy.sum()
        return Explanation(
            whole: Float(explained * total / (total + 1e-7)), older: share(0), newer: share(1),
            crest: Float(10 * log10(largest * Double(count) / (left.sum() + 1e-9) + 1e-9)))
    }
}
