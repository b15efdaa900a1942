import Glibc
import Support
import Testing

@testable import DTMF

/// Frames that do not know the keypad.
@Suite struct ToneFramesTests {
    @Test(arguments: 1...10 as ClosedRange<UInt64>) func `the measurements of two tones are right`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let low = Double.random(in: 660...990, using: &random)
        let high = Double.random(in: 1200...1700, using: &random)
        let frames = ToneFrames(sines([low, high], level: -10, seconds: 0.5))
        let amplitude = Level.amplitude(dBm0: -10)
        for index in 0..<frames.count {
            for (tone, hz) in [(frames.low[index], low), (frames.high[index], high)] {
                #expect(abs(Double(tone.hz) - hz) < 3 && abs(Double(tone.amplitude) / amplitude - 1) < 0.03)
                #expect(tone.purity > 0.95)
            }
        }
        // A phasor is constant at the tone's frequency.
        let phasors = frames.phasors(at: low, in: 0..<frames.count)
        for phasor in phasors { #expect(abs((phasor * phasors[0].conjugate).angle) < 0.05) }
    }

    @Test func `a stretch shorter than a frame has no frame, and silence has no tone`() {
        #expect(ToneFrames([Float](repeating: 0.1, count: ToneFrames.length - 1)).count == 0)
        let silence = ToneFrames([Float](repeating: 0, count: 400))
        #expect(silence.count == 7 && silence.low.allSatisfy { $0.amplitude == 0 && $0.purity == 0 })
        #expect(SpeedError(silence).segments.isEmpty && RecordedStretch([]).presses.isEmpty)
    }
}

/// A segment's measurement, from tones whose values are known.
@Suite struct PressEvidenceTests {
    @Test(arguments: Key.allCases) func `the measurements of a press are those of the generator`(key: Key) throws {
        var generator = ToneGenerator(level: -20, twist: 4, lowOffset: 0.01, highOffset: -0.008)
        let samples =
            generator.silence(seconds: 0.2) + generator.tone(key, seconds: 0.1) + generator.silence(seconds: 0.2)
        let frames = ToneFrames(samples)
        let segments = SegmentFinder(frames: frames, speedError: 0).segments()
        #expect(segments.map(\.key) == [key])
        let press = PressEvidence(try #require(segments.first), in: frames, speedError: 0)
        #expect(abs(press.start - 0.2) < 0.002 && abs(press.end - 0.3) < 0.002)
        #expect(abs(press.twist - 4) < 0.3 && abs(press.low.error - 0.01) < 0.0005)
        #expect(abs(press.high.error + 0.008) < 0.0005 && press.purity > 0.9 && press.coherence > 0.98)
        #expect(LoneCriterion.clean.holds(for: press) && LoneCriterion.member.holds(for: press))
    }
}

/// Who witnesses for whom.
@Suite struct RunDecisionTests {
    /// The keys among `parts`: a key, its level in dBm0, its length and the pause before it in seconds.
    private func keys(_ parts: [(key: Key, level: Double, on: Double, off: Double)], isOffSpeed: Bool = false) -> String
    {
        var samples: [Float] = []
        for (index, part) in parts.enumerated() {
            var generator = ToneGenerator(level: part.level, lowPhase: Double(index), highPhase: 2)
            samples += generator.silence(seconds: part.off) + generator.tone(part.key, seconds: part.on)
        }
        let frames = ToneFrames(samples + [Float](repeating: 0, count: 1600))
        let presses = RunDecision(isOffSpeed: isOffSpeed).presses(among: SpeedError(frames).segments)
        return String(presses.map(\.key.character))
    }

    @Test func `a segment 8 dB below the press before it is its tail, and one as loud is a press`() {
        #expect(keys([(.five, -10, 0.1, 0.3), (.five, -20, 0.1, 0.06)]) == "5")
        #expect(keys([(.five, -10, 0.1, 0.3), (.five, -14, 0.1, 0.06)]) == "55")
        #expect(keys([(.five, -10, 0.1, 0.3), (.five, -20, 0.1, 0.3)]) == "55")
    }

    @Test func `a bounce belongs to the press that follows it`() {
        #expect(keys([(.four, -14, 0.035, 0.3), (.four, -8, 0.2, 0.02)]) == "4")
        #expect(keys([(.four, -10, 0.05, 0.3), (.four, -10, 0.2, 0.04)]) == "44")
    }

    @Test func `28 dB under two presses is their crosstalk`() {
        let presses: [(Key, Double, Double, Double)] = [(.one, -8, 0.1, 0.3), (.two, -8, 0.1, 0.3)]
        #expect(keys(presses + [(.nine, -38, 0.1, 0.5)]) == "12")
        #expect(keys([(.nine, -38, 0.1, 0.5)]) == "9")
    }

    @Test func `off speed, a press is not accepted by itself`() {
        #expect(keys([(.one, -8, 0.1, 0.3)], isOffSpeed: true) == "")
        #expect(keys([(.one, -8, 0.1, 0.3), (.two, -8, 0.1, 0.1), (.six, -8, 0.1, 0.1)], isOffSpeed: true) == "126")
    }
}
