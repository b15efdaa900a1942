import Glibc
import Support
import Testing

@testable import DTMF

@Suite struct FourierTransformTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>) func `the transform equals its defining sum`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let samples = (0..<64).map { _ in Float.random(in: -1...1, using: &random) }
        let transform = FourierTransform(size: 64)
        let amplitudes = transform.amplitudes(samples, at: 0)
        #expect(amplitudes.count == 32)
        for bin in 0..<32 {
            var sum = Complex()
            for (n, sample) in samples.enumerated() {
                let window = 0.5 - 0.5 * cos(2 * .pi * (Double(n) + 0.5) / 64)
                sum += Complex(angle: -2 * .pi * Double(bin * n) / 64) * (window * Double(sample))
            }
            #expect(abs(Double(amplitudes[bin]) - 4 * sum.magnitude / 64) < 1e-5)
        }
    }
}

/// Steady tones on the line.
@Suite struct SteadyTonesTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `a steady tone is removed`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Between the keypad's tones, and away from them.
        let hertz = [Double.random(in: 110...620, using: &random), 1075, 2500][Int(seed % 3)]
        let tone = sines([hertz], seconds: 5)
        let found = SteadyTones(tone)
        #expect(found.tones.count == 1 && abs((found.tones.first?.hz ?? 0) - hertz) < 0.5, "\(hertz)")
        let left = found.removed(from: tone)
        func power(_ samples: [Float]) -> Float { samples.reduce(0) { $0 + $1 * $1 } }
        #expect(power(left) < power(tone) * 1e-3)
    }

    @Test func `a tone shorter than two seconds, or of the keypad, stays`() {
        #expect(SteadyTones(sines([425], seconds: 1.9) + [Float](repeating: 0, count: 24_000)).tones.isEmpty)
        for hertz in ToneFrequency.all { #expect(SteadyTones(sines([hertz], seconds: 5)).tones.isEmpty) }
        #expect(SteadyTones(sines([770 * 1.04, 1336 * 1.04], seconds: 5)).tones.isEmpty)
        #expect(SteadyTones([]).removed(from: []) == [])
    }
}
