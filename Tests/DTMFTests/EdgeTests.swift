import Support
import Testing

@testable import DTMF

/// Where a tone begins and ends, found from a window inside it.
@Suite struct EdgeTests {
    /// A tone of `key` from sample `start` to `end` of 1,200, as a detector has taken it, and its fit around `centre`.
    private struct Tone {
        let history: SampleHistory
        let window: PairWindow

        init(_ key: Key, _ range: Range<Int>, around centre: Int, phase: Double, noise: Double, seed: UInt64) {
            var generator = ToneGenerator(lowPhase: phase, highPhase: 2 * phase + 1)
            var samples = [Float](repeating: 0, count: range.lowerBound)
            samples += generator.tone(key, seconds: Double(range.count) / Frame.rate)
            samples += [Float](repeating: 0, count: 1200 - range.upperBound)
            samples = samples.withNoise(power: noise, seed: seed)
            var history = SampleHistory()
            for start in stride(from: 0, to: samples.count, by: 400) {
                history.append(samples.span, from: start, count: 400)
            }
            self.history = history
            var windows = HopWindows(leastEnergy: 0, leastPower: 0)
            windows.advance(to: centre / Frame.hop + Frame.hopsPerWindow / 2, in: history)
            window = windows.pair(key)
        }
    }

    @Test(arguments: Key.allCases)
    func `on a clean line both edges are found to half a millisecond`(key: Key) {
        for step in 0..<20 {
            let range = 400 + 7 * step..<800 + 3 * step
            let tone = Tone(
                key, range, around: (range.lowerBound + range.upperBound) / 2, phase: Double(step), noise: 0, seed: 1)
            let onset = Edge.onset(
                of: tone.window, lowHz: key.lowHz, highHz: key.highHz, in: tone.history, earliest: 0)
            let end = Edge.end(
                of: tone.window, lowHz: key.lowHz, highHz: key.highHz, in: tone.history, latest: 1200)
            #expect(abs(onset - range.lowerBound) <= 4, "onset, step \(step)")
            #expect(abs(end - range.upperBound) <= 4, "end, step \(step)")
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `in noise 15 dB under the pair the edges move by less than three milliseconds`(seed: UInt64) {
        let power = Level.amplitude(dBm0: -10) * Level.amplitude(dBm0: -10)
        for key in Key.allCases {
            let tone = Tone(key, 500..<900, around: 700, phase: Double(seed), noise: power / 31.6, seed: seed)
            let onset = Edge.onset(
                of: tone.window, lowHz: key.lowHz, highHz: key.highHz, in: tone.history, earliest: 0)
            let end = Edge.end(
                of: tone.window, lowHz: key.lowHz, highHz: key.highHz, in: tone.history, latest: 1200)
            #expect(abs(onset - 500) < 24 && abs(end - 900) < 24, "\(key): \(onset) to \(end)")
        }
    }

    /// The windows in which such a tone fades hold less energy than any in which one begins.
    @Test(arguments: DetectorProfile.streamNames)
    func `a tone near the least level ends where it ends`(name: String) throws {
        let profile = try #require(DetectorProfile(name: name))
        for above in stride(from: 1.0, through: 4, by: 0.5) {
            for end in 1200..<1220 {
                var generator = ToneGenerator(level: profile.minimumLevel + above, lowPhase: Double(end))
                let tone = generator.tone(.zero, seconds: 0.05)
                let samples = [Float](repeating: 0, count: end - tone.count) + tone + [Float](repeating: 0, count: 800)
                let heard = listen(to: samples, with: Detector(sampleRate: 8000, profile: profile)).heard
                let press = try #require(heard.first?.press)
                #expect(abs(press.end - end) <= 4, "\(above) dB above, to \(end)")
            }
        }
    }

    @Test func `neither edge lies beyond its limit`() {
        let tone = Tone(.five, 400..<800, around: 600, phase: 0, noise: 0, seed: 1)
        let (lowHz, highHz) = (Key.five.lowHz, Key.five.highHz)
        for limit in [450, 500, 550] {
            #expect(
                Edge.onset(of: tone.window, lowHz: lowHz, highHz: highHz, in: tone.history, earliest: limit) == limit)
        }
        for limit in [650, 700, 750] {
            #expect(Edge.end(of: tone.window, lowHz: lowHz, highHz: highHz, in: tone.history, latest: limit) == limit)
        }
    }

    @Test func `a burst before the onset counts as audible, silence does not`() {
        var samples = [Float](repeating: 0, count: 1200)
        for n in 340..<400 { samples[n] = 0.5 }
        var history = SampleHistory()
        for start in stride(from: 0, to: 1200, by: 400) { history.append(samples.span, from: start, count: 400) }
        let energy = Float(Frame.window) * 0.25
        #expect(Edge.audible(before: 400, pairEnergy: energy, in: history) == 340)
        #expect(Edge.audible(before: 340, pairEnergy: energy, in: history) == 340)
        #expect(Edge.audible(before: 1200, pairEnergy: energy, in: history) == 1200)
    }

    @Test func `the search for silence ends after 12 ms`() {
        let samples = [Float](repeating: 0.5, count: 400)
        var history = SampleHistory()
        history.append(samples.span, from: 0, count: 400)
        #expect(Edge.audible(before: 300, pairEnergy: Float(Frame.window) * 0.25, in: history) == 200)
    }
}
