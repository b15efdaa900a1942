import DTMF
import Support
import Testing

@testable import Suppression

/// What a tone pair explains of a short piece of sound.
@Suite struct FragmentFitTests {
    private func explained(_ samples: ArraySlice<Float>) -> Float {
        FragmentFit.explained(samples.span, SignalTables.shared(for: 8000))
    }

    @Test(arguments: Key.allCases)
    func `A fragment of 4 to 18 ms is explained to 93 percent, up to 1_2 percent off`(key: Key) {
        for (number, offset) in [-0.012, -0.006, 0, 0.006, 0.012].enumerated() {
            for length in [0.004, 0.008, 0.018] {
                var sound = Sound(seed: UInt64(number))
                let range = sound.press(key, length, offset: offset)
                #expect(explained(sound.samples[range]) > 0.93, "\(length) s, \(offset)")
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `Noise and a voice are not explained`(seed: UInt64) {
        var noise = Sound(seed: seed)
        noise.silence(1)
        noise.addNoise(0.1)
        var voice = Sound(seed: seed)
        voice.voice(1)
        for start in stride(from: 0, to: 7000, by: 500) {
            #expect(explained(noise.samples[start..<start + 80]) < 0.6)
        }
        let shares = stride(from: 0, to: 7000, by: 500).map { explained(voice.samples[$0..<$0 + 80]) }
        #expect(shares.count { $0 > 0.94 } == 0, "\(shares)")
    }

    @Test(arguments: [8000, 44100] as [Double])
    func `A long pair is explained though it is off its frequencies, a voice is not`(rate: Double) {
        for (number, key) in Key.allCases.enumerated() {
            for offset in [-0.015, 0, 0.015] {
                var sound = Sound(seed: UInt64(number))
                let range = sound.press(key, 0.2, offset: offset, rate: rate)
                let share = FragmentFit.explained(sound.samples[range].span, sampleRate: rate)
                #expect(share > 0.9, "\(key), \(offset): \(share)")
            }
        }
        var voice = Sound(seed: 26)
        voice.voice(4, rate: rate)
        let length = Int(0.2 * rate)
        for start in stride(from: 0, to: voice.samples.count - length, by: length) {
            let share = FragmentFit.explained(voice.samples[start..<start + length].span, sampleRate: rate)
            #expect(share < 0.8, "\(start): \(share)")
        }
    }
}
