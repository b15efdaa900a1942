import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// The kernels of fits, features and network against the arithmetic that they stand for, to the bit.
@Suite struct KernelTests {
    /// A piece of sound with something of a pair in it, at any level.
    private func piece(_ count: Int, _ random: inout SeededGenerator) -> [Float] {
        let level = pow(10, Float.random(in: -5...0, using: &random))
        let share = Float.random(in: 0...1, using: &random)
        let (low, high) = (Double.random(in: 0.5...0.8, using: &random), Double.random(in: 0.9...1.3, using: &random))
        return (0..<count).map { n in
            let pair = Float(sin(low * Double(n)) + sin(high * Double(n) + 1)) * 0.5
            return level * (share * pair + (1 - share) * Float.random(in: -1...1, using: &random))
        }
    }

    @Test(arguments: [UInt64.random(in: 0...999_999), 1])
    func `A fit and its remainder are those of the specification`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let count = Int.random(in: 4...256, using: &random)
            let samples = round == 0 ? [Float](repeating: 0, count: count) : piece(count, &random)
            let (low, high) = (
                Double.random(in: 0.3...0.9, using: &random), Double.random(in: 0.3...1.5, using: &random)
            )
            let ramp = Bool.random(using: &random) ? 16 : 0
            let plain = PairFitSpecification(count: samples.count, low: low, high: high, ramp: ramp) { samples[$0] }
            let fit = PairFit(samples.span, low: low, high: high, ramp: ramp)
            #expect(fit.coefficients == plain.coefficients && fit.explained == plain.explained, "seed \(seed)")
            guard ramp == 0 else { continue }
            let remainder = PairFit.withRemainder(samples.span, low: low, high: high).remainder
            let left = plain.remainder(count: samples.count, low: low, high: high) { samples[$0] }
            #expect(remainder.energy == left.energy && remainder.left == left.left, "seed \(seed)")
            #expect(remainder.largest == left.largest, "seed \(seed)")
        }
    }

    @Test(arguments: [8000.0, 11025], [UInt64.random(in: 0...999_999), 1])
    func `Sixteen pairs, and eight neighbours of a tone, explain what each fit alone does`(rate: Double, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let turn = 2 * Double.pi / rate
        let tables = SignalTables.shared(for: rate)
        for _ in 0..<100 {
            let samples = piece(.random(in: 4...160, using: &random), &random)
            func explained(_ low: Double, _ high: Double, ramp: Int = 0) -> Double {
                PairFitSpecification(count: samples.count, low: low, high: high, ramp: ramp) { samples[$0] }.explained
            }
            let (low, high) = (SIMD4(ToneFrequency.low) * turn, SIMD4(ToneFrequency.high) * turn)
            for (pairs, ramp) in [(tables.pairs, 0), (tables.risingPairs, Int(0.002 * rate))] {
                let shares = PairFit.shares(of: samples.span, low: low, high: high, ramp: ramp)
                #expect(pairs.shares(of: samples.span) == shares, "seed \(seed)")
                for pair in 0..<16 {
                    #expect(shares[pair] == explained(low[pair / 4], high[pair % 4], ramp: ramp), "seed \(seed)")
                }
            }
            let one = Double.random(in: 0.3...1.5, using: &random)
            let others = SIMD8<Double>((0..<8).map { _ in Double.random(in: 0.3...1.5, using: &random) })
            for isLow in [false, true] {
                let shares = PairFit.shares(of: samples.span, at: one, with: others, isLow: isLow)
                for lane in 0..<8 {
                    let alone = isLow ? explained(others[lane], one) : explained(one, others[lane])
                    #expect(shares[lane] == alone, "seed \(seed)")
                }
            }
        }
        #expect(tables.pairs.shares(of: piece(161 * Int(rate / 8000) + 100, &random).span) == nil)
    }

    @Test(arguments: [8, 24, 96, 128], [UInt64.random(in: 0...999_999), 1])
    func `A network gives what the specification gives`(units: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let (means, scales, inner) = (numbers(35), numbers(35).map { 1.5 + $0 }, numbers(35 * units))
        let (innerBias, outer) = (numbers(units), numbers(units))
        let network = DenseNetwork(
            means: means, scales: scales, inner: inner, innerBias: innerBias, outer: outer, bias: 0.1)
        let plain = DenseNetworkSpecification(
            means: means, scales: scales, inner: inner, innerBias: innerBias, outer: outer, bias: 0.1)
        for _ in 0..<100 {
            let features = InlineArray<35, Float> { _ in Float.random(in: -9...9, using: &random) }
            #expect(network.sum(of: features) == plain.sum(of: features), "seed \(seed)")
        }
    }

    @Test(arguments: [8000.0, 11025, 15999], [UInt64.random(in: 0...999_999), 1])
    func `The power beside a pair is that of the specification`(rate: Double, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let tables = SignalTables.shared(for: rate)
        let plain = OutOfBandPowerSpecification(sampleRate: rate, hop: tables.hop)
        for _ in 0..<50 {
            let samples = piece(16 * tables.hop, &random)
            for pair in 0..<16 {
                let power = OutOfBandPower(low: pair / 4, high: pair % 4, samples.span, tables.outOfBand)
                let expected = plain.powers(low: pair / 4, high: pair % 4) { samples[$0] }
                #expect(power.below == expected.below && power.above == expected.above, "seed \(seed)")
                #expect(power.middle == expected.middle, "seed \(seed)")
            }
        }
    }
}
