import DTMF
import Glibc

/// What the kernel of ``OutOfBandPower`` must compute: power beside a pair in the spectrum of 16 ms, below the pair,
/// between its tones and above it.
///
/// A voice that looks like a pair has its pitch below the pair and other formants above it. A digit has nothing there.
struct OutOfBandPowerSpecification {
    /// Frequencies below the low group and above the high group, in Hz.
    private static let below = [150.0, 230, 310, 390, 470, 550]
    private static let above = [1900.0, 2090, 2280, 2470, 2660, 2850, 3040, 3230]
    /// Length of the spectrum in hops of 1 ms.
    private static let hops = 16

    /// Samples in 16 ms.
    private let count: Int
    private let lowCosines: [Float8]
    private let lowSines: [Float8]
    private let highCosines: [Float8]
    private let highSines: [Float8]
    /// Cosines and sines halfway between the tones of each of the sixteen pairs, under a Hann window.
    private let middleCosines: [[Float]]
    private let middleSines: [[Float]]

    init(sampleRate: Double, hop: Int) {
        let count = Self.hops * hop
        self.count = count
        func turn(_ hz: Double, _ sample: Int) -> Double { 2 * Double.pi * hz / sampleRate * Double(sample) }
        func low(_ lane: Int) -> Double { lane < Self.below.count ? Self.below[lane] : 0 }
        lowCosines = (0..<count).map { m in Float8 { $0 < Self.below.count ? cos(turn(low($0), m)) : 0 } }
        lowSines = (0..<count).map { m in Float8 { sin(turn(low($0), m)) } }
        highCosines = (0..<count).map { m in Float8 { cos(turn(Self.above[$0], m)) } }
        highSines = (0..<count).map { m in Float8 { sin(turn(Self.above[$0], m)) } }
        func window(_ m: Int) -> Double { 0.5 - 0.5 * cos(2 * Double.pi * (Double(m) + 0.5) / Double(count)) }
        let middles = ToneFrequency.low.flatMap { low in ToneFrequency.high.map { (low + $0) / 2 } }
        middleCosines = middles.map { hz in (0..<count).map { Float(window($0) * cos(turn(hz, $0))) } }
        middleSines = middles.map { hz in (0..<count).map { Float(window($0) * sin(turn(hz, $0))) } }
    }

    /// Power of the strongest frequency below, of all frequencies above, and of the middle of the pair, mean square.
    func powers(
        low: Int, high: Int, sample: (Int) -> Float
    ) -> (below: Float, above: Float, middle: Float) {
        let zero = Float8(repeating: 0)
        var (lowRe, lowIm, highRe, highIm) = (zero, zero, zero, zero)
        var (middleRe, middleIm) = (Float(0), Float(0))
        let (cosines, sines) = (middleCosines[4 * low + high], middleSines[4 * low + high])
        for m in 0..<count {
            let value = sample(m)
            let x = Float8(repeating: value)
            lowRe = lowRe + x * lowCosines[m]
            lowIm = lowIm + x * lowSines[m]
            highRe = highRe + x * highCosines[m]
            highIm = highIm + x * highSines[m]
            middleRe += value * cosines[m]
            middleIm += value * sines[m]
        }
        let scale = 2 / Float(count * count)
        let lows = lowRe * lowRe + lowIm * lowIm
        let highs = highRe * highRe + highIm * highIm
        var (below, above) = (Float(0), Float(0))
        for lane in 0..<8 {
            below = Swift.max(below, lows[lane])
            above += highs[lane]
        }
        return (below * scale, above * scale, 4 * scale * (middleRe * middleRe + middleIm * middleIm))
    }
}
