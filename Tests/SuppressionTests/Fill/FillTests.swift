import DTMF
import Glibc
import Suppression
import Support
import Testing

/// The fill depends on the sound around the tone and on nothing else.
@Suite(.ownThread) struct FillTests {
    @Test(arguments: Suppressor.Fill.allCases)
    func `The fill is the same for every key`(fill: Suppressor.Fill) {
        var fills: [[Float]] = []
        for key in Key.allCases {
            var sound = Sound(seed: 21)
            sound.silence(0.5)
            sound.addNoise(0.001)
            let press = sound.press(key, 0.1)
            sound.silence(0.2)
            let result = Suppressed(sound.samples, .init(fill: fill))
            fills.append(Array(result.output[press]))
        }
        // The level around is learned in pieces of 4 ms until the first sample that is filled, which may differ by some
        // ms: one piece more or less changes the amplitude by 4.1 %.
        for other in fills.dropFirst() {
            #expect(zip(other, fills[0]).allSatisfy { abs($0 - $1) <= 0.045 * abs($1) })
        }
    }

    @Test(arguments: [0.020, 0.250])
    func `Comfort noise lies at the level of the line or a little below`(lookAhead: Double) {
        for level: Float in [0.0005, 0.003, 0.01] {
            var sound = Sound(seed: 22)
            sound.silence(1)
            let press = sound.press(.eight, 0.3, level: -8)
            sound.silence(0.2)
            sound.addNoise(level)
            let result = Suppressed(sound.samples, .init(lookAhead: lookAhead))
            let power = result.output[press].reduce(0) { $0 + $1 * $1 } / Float(press.count)
            let ratio = 10 * log10(power / (level * level))
            #expect((-8)...(0) ~= ratio, "noise at \(level): \(ratio) dB")
        }
    }

    @Test func `After noise as loud as a digit the fill lies 20 dB or more below the digit`() {
        for seed in 1...8 as ClosedRange<UInt64> {
            var sound = Sound(seed: seed)
            sound.silence(3)
            sound.addNoise(0.05)
            let press = sound.press(.five, 0.2, level: -12)
            let result = Suppressed(sound.samples)
            let power = { (samples: ArraySlice<Float>) in samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count) }
            let left = 10 * log10(power(result.output[press]) / power(sound.samples[press]))
            #expect((-30)...(-20) ~= left, "seed \(seed): \(left) dB")
        }
    }

    @Test func `The same seed gives the same noise, another seed another noise`() {
        var sound = Sound(seed: 23)
        sound.silence(0.3)
        sound.addNoise(0.002)
        _ = sound.press(.one, 0.1)
        sound.silence(0.1)
        let first = Suppressed(sound.samples, .init(seed: 7)).output
        #expect(first == Suppressed(sound.samples, .init(seed: 7)).output)
        #expect(first != Suppressed(sound.samples, .init(seed: 8)).output)
    }

    /// Half a second of a line's noise, then a key: the fill in the middle of the key.
    private func fill(line: UInt64) -> ArraySlice<Float> {
        var sound = Sound(seed: line)
        sound.silence(0.5)
        sound.addNoise(0.002)
        let press = sound.press(.one, 0.2, level: -8)
        sound.silence(0.1)
        return Suppressed(sound.samples).output[press.lowerBound + 200..<press.upperBound - 200]
    }

    @Test func `The noise of two calls is not correlated`() {
        let (first, second) = (fill(line: 25), fill(line: 26))
        let product = { (a: ArraySlice<Float>, b: ArraySlice<Float>) in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let correlation = product(first, second) / (product(first, first) * product(second, second)).squareRoot()
        #expect(product(first, first) > 0)
        // Of 1,200 samples of independent noise: 0 with a standard deviation of 0.03.
        #expect(abs(correlation) < 0.12, "\(correlation)")
    }
}
