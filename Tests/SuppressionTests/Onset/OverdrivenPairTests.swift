import DTMF
import Glibc
import Support
import Suppression
import Testing

/// Digits that were clipped on their way, as by a microphone or an amplifier that is driven too far.
@Suite(.ownThread) struct OverdrivenPairTests {
    /// `samples` made louder by `gain` dB and clipped where they were loudest.
    private func clipped(_ samples: [Float], by gain: Float) -> [Float] {
        let peak = samples.reduce(0) { max($0, abs($1)) }
        let factor = pow(10, gain / 20)
        return samples.map { min(max($0 * factor, -peak), peak) }
    }

    @Test(arguments: CutTests.Way.allCases, 1...6 as ClosedRange<UInt64>)
    func `A digit clipped by up to 20 dB is removed from its first sample to its last`(
        way: CutTests.Way, seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        for key in Key.allCases {
            let gain = Float.random(in: 4...20, using: &generator)
            var press = Sound(seed: seed)
            let seconds = Double.random(in: 0.07...0.3, using: &generator)
            let (twist, offset) = (
                Double.random(in: -6...3, using: &generator), Double.random(in: -0.012...0.012, using: &generator)
            )
            let range = press.press(
                key, seconds, level: Double.random(in: -18 ... -6, using: &generator), twist: twist, offset: offset)
            var sound = Sound(seed: seed)
            sound.silence(0.5)
            let start = sound.samples.count
            sound.samples += clipped(press.samples, by: gain)
            sound.silence(0.5)
            sound.addNoise(0.0004)
            let output = Suppressed(sound.samples, .init(lookAhead: way.rawValue, fill: .silence)).output
            let left = (start..<start + range.count).filter { output[$0] != 0 }
            #expect(left.count < 40, "\(key), \(gain) dB, seed \(seed): \(left.count) of \(range.count) samples")
        }
    }

    @Test(arguments: CutTests.Way.allCases, [6, 12, 18, 24, 30] as [Float])
    func `A clipped voice passes`(way: CutTests.Way, gain: Float) {
        for seed in 1...3 as ClosedRange<UInt64> {
            var sound = Sound(seed: seed)
            sound.voice(10)
            let samples = clipped(sound.samples, by: gain)
            let output = Suppressed(samples, .init(lookAhead: way.rawValue)).output
            let changed = zip(samples, output).count { $0 != $1 }
            #expect(changed < samples.count / 1000, "\(changed) of \(samples.count) samples, seed \(seed)")
        }
    }
}
