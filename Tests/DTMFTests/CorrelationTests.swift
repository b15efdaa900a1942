import CVector
import Support
import Testing

@testable import DTMF

import Glibc

/// The power |Σ x·e^(−iωn)|² by Goertzel's recursion in double precision, as the reference.
func goertzelPower(_ samples: ArraySlice<Float>, frequency: Double) -> Double {
    let coefficient = 2 * cos(2 * .pi * frequency / Frame.rate)
    var (last, before) = (0.0, 0.0)
    for sample in samples { (last, before) = (Double(sample) + coefficient * last - before, last) }
    return last * last + before * before - coefficient * last * before
}

/// Uniform noise with a seed, as a stream that a detector has taken.
func noiseHistory(seed: UInt64, count: Int) -> (samples: [Float], history: SampleHistory) {
    var random = SeededGenerator(seed: seed)
    let samples = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    var history = SampleHistory()
    history.append(samples.span, from: 0, count: count)
    return (samples, history)
}

@Suite(.ownThread) struct CorrelationTests {
    @Test(arguments: [16, 20, 36, 80], 1...3 as ClosedRange<UInt64>)
    func `a bin is that of Goertzel's recursion to 60 dB`(count: Int, seed: UInt64) {
        let (samples, history) = noiseHistory(seed: seed, count: 400)
        let bank = CorrelationBank(frequencies: ToneFrequency.all, count: count)
        for first in [0, 7, 133, 400 - count] {
            let power = bank.correlate(history, at: first).power
            for (lane, frequency) in ToneFrequency.all.enumerated() {
                let expected = goertzelPower(samples[first..<first + count], frequency: frequency)
                let energy = Double(count) * Double(count)
                #expect(abs(Double(power[lane]) - expected) < 1e-6 * energy)
            }
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `the quick measurement agrees with the bins and the energy of its window`(seed: UInt64) {
        let (samples, history) = noiseHistory(seed: seed, count: 400)
        let bank = CorrelationBank(frequencies: ToneFrequency.all, count: Frame.window)
        for first in [0, 31, 320] {
            var bins = Correlation()
            let block = DetectorTables.shared.examine(history, at: first, leastEnergy: 0, bins: &bins)
            let plain = bank.correlate(history, at: first)
            #expect((0..<8).allSatisfy { abs(bins.cosine[$0] - plain.cosine[$0]) < 1e-4 * block.energy })
            #expect((0..<8).allSatisfy { abs(bins.sine[$0] - plain.sine[$0]) < 1e-4 * block.energy })
            let window = samples[first..<first + Frame.window].map(Double.init)
            let (energy, sum) = (window.reduce(0) { $0 + $1 * $1 }, window.reduce(0, +))
            #expect(abs(Double(block.energy) - energy) < 1e-4 * energy)
            #expect(abs(Double(block.energy_without_dc) - (energy - sum * sum / 80)) < 1e-4 * energy)
            #expect(abs(block.low / bins.power.lowHalf.max() - 1) < 1e-5)
            #expect(abs(block.high / bins.power.highHalf.max() - 1) < 1e-5)
        }
    }
}
