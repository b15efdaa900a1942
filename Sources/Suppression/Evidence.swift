#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import DTMF

/// What speaks for and against a tone pair in the last 16 ms, put into one number: log-odds, natural logarithm.
///
/// Fifteen measures of the strongest pair each give points along a curve of straight pieces, and the points are added. The
/// curves were fitted (logistic regression) to some 13,000 key presses in noise, under speech, through µ-law and GSM, against
/// six hours of speech without tones; the page *Method* in this module's documentation says on what.
struct Evidence: Sendable {
    /// The pair: indices 0 to 3 in the low and the high group.
    var low: Int
    var high: Int
    /// Power of the pair and of everything over 16 ms, mean square.
    var pairPower: Float
    var totalPower: Float
    /// Power of each tone of the pair over 12 ms.
    var lowPower: Float
    var highPower: Float
    /// Frequencies in Hz.
    var lowHz = 0.0
    var highHz = 0.0
    /// The sum of the points.
    var score: Float
    /// Whether a steady pair at the right frequencies is nearly all there is, whatever was there before: a tone that
    /// follows speech without a pause has no jump to show.
    var isPure = false

    /// Bounds of the score, so that one hop alone decides nothing.
    static let least: Float = -8
    static let most: Float = 12

    /// Frequency of a tone against its nominal one in percent, from its advance in phase between two 8 ms windows.
    private static func deviation(
        _ older: ComplexLanes, _ newer: ComplexLanes, _ lane: Int, _ turn: Double, _ window: Double
    )
        -> Float
    {
        let re = Double(newer.re[lane] * older.re[lane] + newer.im[lane] * older.im[lane])
        let im = Double(newer.im[lane] * older.re[lane] - newer.re[lane] * older.im[lane])
        // What is left of the advance when the nominal one is taken out.
        let rest = atan2(im * cos(turn) - re * sin(turn), re * cos(turn) + im * sin(turn))
        return Float(100 * rest / (2 * Double.pi * window) / ToneFrequency.all[lane])
    }

    /// The evidence for `pair`; for the strongest one where it is `nil`.
    init(_ bank: ToneBank, sampleRate: Double, pair: (low: Int, high: Int)? = nil) {
        let power = bank.power16()
        var (low, high) = pair ?? (0, 0)
        if pair == nil {
            for k in 1..<4 {
                if power[k] > power[low] { low = k }
                if power[4 + k] > power[4 + high] { high = k }
            }
        }
        self.low = low
        self.high = high
        let (a, b) = (power[low], power[4 + high])
        pairPower = a + b
        totalPower = bank.total(length: 16) + 1e-9
        lowPower = 0
        highPower = 0
        score = Self.least
        guard pairPower > 0.45 * totalPower, a < 80 * b, b < 25 * a else { return }

        let twelve = bank.power12
        lowPower = twelve[low]
        highPower = twelve[4 + high]
        let eight = bank.power8
        let (older, newer) = bank.halves
        let window = Double(8 * bank.hop) / sampleRate
        let olderPower = older.power
        let newerPower = newer.power
        let before = bank.power16(age: 20)
        let totalBefore = bank.total(length: 16, age: 20) + 1e-9
        let rest = max(totalPower - a - b, 1e-9)
        func turn(_ lane: Int) -> Double { 2 * Double.pi * ToneFrequency.all[lane] * window }
        let scale = 2 / Float(64 * bank.hop * bank.hop)
        func ratio(_ lane: Int) -> Float { abs(Self.dB(newerPower[lane] * scale) - Self.dB(olderPower[lane] * scale)) }
        let (jumpLow, jumpHigh) = (Self.dB(a) - Self.dB(before[low]), Self.dB(b) - Self.dB(before[4 + high]))
        let twist = Self.dB(b) - Self.dB(a)

        let share16 = pairPower / totalPower
        let share8 = (eight[low] + eight[4 + high]) / (bank.total(length: 8) + 1e-9)
        let lowError = Self.deviation(older, newer, low, turn(low), window)
        let highError = Self.deviation(older, newer, 4 + high, turn(4 + high), window)
        let (lowDeviation, highDeviation) = (abs(lowError), abs(highError))
        lowHz = ToneFrequency.low[low] * (1 + Double(lowError) / 100)
        highHz = ToneFrequency.high[high] * (1 + Double(highError) / 100)
        let (lowChange, highChange) = (ratio(low), ratio(4 + high))
        isPure =
            share16 > 0.9 && share8 > 0.88 && twist > -12 && twist < 8 && max(lowDeviation, highDeviation) < 2.2
            && max(lowChange, highChange) < 2.5

        var points: Float = Curve.bias
        points += Curve.share16.at(share16) + Curve.share8.at(share8)
        points += Curve.share12.at((lowPower + highPower) / (bank.total(length: 12) + 1e-9))
        points += Curve.reverseTwist.at(twist) + Curve.normalTwist.at(twist)
        points += Curve.lowDeviation.at(lowDeviation) + Curve.highDeviation.at(highDeviation)
        points += Curve.lowSteadiness.at(lowChange) + Curve.highSteadiness.at(highChange)
        points += Curve.lowJump.at(jumpLow) + Curve.highJump.at(jumpHigh) + Curve.smallerJump.at(min(jumpLow, jumpHigh))
        points += Curve.restJump.at(Self.dB(rest) - Self.dB(totalBefore))
        points += Curve.pairJump.at(Self.dB(pairPower) - Self.dB(totalBefore))
        points += Curve.lowRival.at(Self.dB(Self.second(power, 0)) - Self.dB(a))
        points += Curve.highRival.at(Self.dB(Self.second(power, 4)) - Self.dB(b))
        score = min(max(points, Self.least), Self.most)
    }

    private static func dB(_ power: Float) -> Float { 10 * log10(power + 1e-10) }

    /// The second largest of four lanes from `first`.
    private static func second(_ power: Lanes, _ first: Int) -> Float {
        var (largest, second) = (Float(0), Float(0))
        for k in first..<(first + 4) {
            if power[k] > largest {
                second = largest
                largest = power[k]
            } else if power[k] > second {
                second = power[k]
            }
        }
        return second
    }
}
