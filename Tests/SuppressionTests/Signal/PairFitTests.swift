import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// The fit of two sinusoids.
@Suite struct PairFitTests {
    private static let rate = 8000.0

    private func turn(_ key: Key) -> SIMD2<Double> { SIMD2(key.lowHz, key.highHz) * (2 * Double.pi / Self.rate) }

    @Test(arguments: Key.allCases)
    func `A pair is explained whole, with its power and its phases`(key: Key) {
        let turn = turn(key)
        for count in [40, 80, 160] {
            for phase in stride(from: -3.0, to: 3, by: 0.7) {
                let fit = PairFit(
                    (0..<count).map { n in
                        Float(0.3 * cos(turn[0] * Double(n) + phase) + 0.1 * cos(turn[1] * Double(n) - phase))
                    }.span, low: turn[0], high: turn[1])
                #expect(fit.explained > 0.9999)
                #expect(abs(fit.power[0] - 0.045) < 1e-4 && abs(fit.power[1] - 0.005) < 1e-4)
                let error = PairFit.wrapped(fit.phase - SIMD2(phase, -phase))
                #expect(abs(error[0]) < 1e-3 && abs(error[1]) < 1e-3)
            }
        }
    }

    @Test func `The values of a fit and its remainder add up to the sound`() {
        var random = SeededGenerator(seed: 3)
        let samples = (0..<160).map { _ in Float.random(in: -1...1, using: &random) }
        let turn = turn(.five)
        let (fit, remainder) = PairFit.withRemainder(samples.span, low: turn[0], high: turn[1])
        var left = 0.0
        fit.values(in: 0..<160, low: turn[0], high: turn[1]) { left += pow(Double(samples[$0] - $1), 2) }
        #expect(abs(remainder.left.sum() - left) < 1e-3 * left)
        #expect(abs(1 - remainder.left.sum() / remainder.energy.sum() - fit.explained) < 1e-6)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `A pair explains the same share of noise as four samples`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let turn = turn(.nine)
        var sum = 0.0
        for _ in 0..<200 {
            let samples = (0..<160).map { _ in Float.random(in: -1...1, using: &random) }
            sum += PairFit(samples.span, low: turn[0], high: turn[1]).explained
        }
        #expect(abs(sum / 200 - 4.0 / 160) < 0.006, "\(sum / 200)")
    }

    @Test func `The explained share of silence is 0, and angles are wrapped to ±π`() {
        #expect(PairFit([Float](repeating: 0, count: 80).span, low: 0.5, high: 1).explained == 0)
        let wrapped = PairFit.wrapped(SIMD2(7, -10))
        #expect(abs(wrapped[0] - (7 - 2 * Double.pi)) < 1e-12 && abs(wrapped[1] - (4 * Double.pi - 10)) < 1e-12)
    }
}
