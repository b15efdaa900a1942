import Support
import Testing

@testable import DTMF

import Glibc

/// The prefilter decides when work is done, not what is found.
@Suite(.ownThread) struct BlockPrefilterTests {
    private static let level = -45.0
    private let prefilter = BlockPrefilter(
        profile: .q24, minimumPower: Float(pow(Level.amplitude(dBm0: level), 2)))

    /// Whether a block of 80 samples passes.
    private func passes(_ samples: [Float]) -> Bool {
        var history = SampleHistory()
        history.append(samples.span, from: 0, count: Frame.window)
        return prefilter.mayHoldKey(history, from: 0)
    }

    private func block(_ generator: ToneGenerator, _ key: Key) -> [Float] {
        var generator = generator
        return generator.tone(key, seconds: 0.01)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a detector finds the same keys with and without it`(seed: UInt64) {
        let samples = DetectorTests.mixture(seed: seed)
        func found(_ detector: consuming Detector) -> [Key] { listen(to: samples, with: detector).heard.map(\.key) }
        #expect(
            found(Detector(sampleRate: 8000))
                == found(Detector(sampleRate: 8000, limits: ReceiverLimits(.q24, isUnfiltered: true))))
    }

    @Test(arguments: Key.allCases)
    func `a block of any key passes at the least level, with a twist of up to 8 dB`(key: Key) {
        for phase in stride(from: 0.0, to: 6, by: 0.7) {
            for twist in [-8.0, -4, 0, 4, 8] {
                // Each tone has the least level at least.
                let generator = ToneGenerator(
                    level: Self.level + abs(twist), twist: twist, lowPhase: phase, highPhase: 1.3 * phase)
                #expect(passes(block(generator, key)), "phase \(phase), twist \(twist)")
            }
        }
    }

    @Test func `a block that is half filled by a key passes`() {
        for key in Key.allCases {
            var samples = block(ToneGenerator(level: Self.level), key)
            for n in 0..<Frame.window / 2 { samples[n] = 0 }
            #expect(passes(samples), "\(key)")
        }
    }

    @Test func `a key under a dial tone 6 dB louder passes`() {
        for key in Key.allCases {
            let dial = sines([350, 440], level: -14, seconds: 0.01)
            let samples = zip(block(ToneGenerator(level: -20), key), dial).map(+)
            #expect(passes(samples), "\(key)")
        }
    }

    @Test func `silence, a single tone and sounds outside the groups do not pass`() {
        #expect(!passes([Float](repeating: 0, count: Frame.window)))
        for others in [[300.0], [500], [770], [1336], [2200], [2600, 3100]] {
            #expect(!passes(sines(others, seconds: 0.01)), "\(others)")
        }
        #expect(!passes(block(ToneGenerator(level: Self.level - 12), .five)))
    }
}
