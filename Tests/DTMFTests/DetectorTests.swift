import CAllocations
import Support
import Testing

@testable import DTMF

@Suite(.ownThread) struct DetectorTests {
    /// Keys, noise, bursts and silence: something for every path.
    static func mixture(seed: UInt64) -> [Float] {
        var random = SeededGenerator(seed: seed)
        var samples: [Float] = []
        for key in Key.allCases.shuffled(using: &random) {
            var generator = ToneGenerator(
                level: .random(in: -30...0, using: &random), twist: .random(in: -6...4, using: &random),
                lowOffset: .random(in: -0.015...0.015, using: &random), lowPhase: .random(in: 0..<6, using: &random))
            samples += generator.tone(key, seconds: .random(in: 0.015...0.15, using: &random))
            samples += generator.silence(seconds: .random(in: 0.005...0.12, using: &random))
        }
        return samples.withNoise(power: .random(in: 0...1e-4, using: &random), seed: seed)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `the events do not depend on how the stream is cut`(seed: UInt64) {
        let rate = [8000.0, 16000, 44100][Int(seed % 3)]
        let samples = Self.mixture(seed: seed)
        let whole = listen(to: samples, with: Detector(sampleRate: rate), blocks: { samples.count }).events
        var random = SeededGenerator(seed: seed)
        let cut = listen(to: samples, with: Detector(sampleRate: rate)) { Int.random(in: 1...400, using: &random) }
            .events
        #expect(whole == cut)
        #expect(whole == listen(to: samples, with: Detector(sampleRate: rate), blocks: { 1 }).events)
    }

    @Test(arguments: [8000.0, 16000])
    func `16-bit samples give the same result as floats`(rate: Double) {
        var generator = ToneGenerator(sampleRate: rate)
        let tones = generator.sequence(Key.allCases, on: 0.05, off: 0.04).withNoise(power: 1e-5, seed: 8)
        let bits = tones.map { Int16(max(-32768, min(32767, ($0 * 32768).rounded()))) }
        var detector = Detector(sampleRate: rate)
        var events: [DetectorEvent] = []
        for start in stride(from: 0, to: bits.count, by: 1000) {
            detector.process(bits.span.extracting(start..<min(start + 1000, bits.count)))
            events += detector.events
        }
        detector.finish()
        events += detector.events
        #expect(!events.isEmpty)
        #expect(events == listen(to: bits.map { Float($0) / 32768 }, with: Detector(sampleRate: rate)).events)
    }

    @Test(arguments: 0..<20)
    func `a clean key is detected within 35 ms of its onset, on average within 28, and timed to 5 ms`(start: Int) {
        var delays: [Double] = []
        for key in Key.allCases {
            var generator = ToneGenerator(lowPhase: Double(start), highPhase: 1)
            let samples =
                [Float](repeating: 0, count: 800 + start * 7) + generator.tone(key, seconds: 0.1)
                + generator.silence(seconds: 0.1)
            let heard = listen(to: samples, with: Detector(sampleRate: 8000), blocks: { 1 }).heard
            #expect(heard.map(\.key) == [key])
            guard let first = heard.first, let press = first.press else { continue }
            delays.append(Double(first.decidedBy - (800 + start * 7)) / 8)
            #expect(abs(press.start - (800 + start * 7)) <= 40)
            #expect(abs(press.end - (1600 + start * 7)) <= 40)
            #expect(abs(press.lowHz - key.lowHz) < 2 && abs(press.highHz - key.highHz) < 2)
            #expect(abs(press.levelDBm0 + 10) < 0.5 && abs(press.twist) < 0.5)
        }
        #expect((delays.max() ?? 99) <= 35)
        #expect(delays.reduce(0, +) / Double(delays.count) <= 28)
    }

    @Test(arguments: [8000.0, 11025, 16000, 22050, 32000, 44100, 48000])
    func `every key is detected at every rate, with times in its samples`(rate: Double) {
        var generator = ToneGenerator(sampleRate: rate)
        let samples = generator.sequence(Key.allCases, on: 0.06, off: 0.06) + generator.silence(seconds: 0.1)
        let heard = listen(to: samples, with: Detector(sampleRate: rate)).heard
        #expect(String(heard.map(\.key.character)) == sixteen)
        for (i, one) in heard.enumerated() {
            #expect(abs(Double(one.onset) / rate - Double(i) * 0.12) < 0.005)
        }
    }

    @Test func `a press that the stream ends in is ended`() {
        var generator = ToneGenerator()
        let heard = listen(to: generator.tone(.five, seconds: 0.08), with: Detector(sampleRate: 8000)).heard
        #expect(heard.count == 1)
        #expect(abs((heard.first?.press?.end ?? 0) - 640) <= 40)
    }

    @Test(arguments: DetectorProfile.allNames)
    func `every profile is found by its name and detects plain keys`(name: String) throws {
        let profile = try #require(DetectorProfile(name: name))
        #expect(profile.name == name)
        #expect(keys(in: allKeys(ToneGenerator(), on: 0.06, off: 0.06), profile: profile) == sixteen)
    }

    @Test func `other names give no profile`() {
        #expect(DetectorProfile(name: "Q24") == nil)
        #expect(DetectorProfile.allNames.count == 6)
    }

    @Test func `an hour of audio needs no more memory than its first minute`() throws {
        var detector = Detector(sampleRate: 8000)
        let minute = Self.mixture(seed: 3) + [Float](repeating: 0, count: 8000)
        detector.process(minute)
        allocations_watch()
        for _ in 0..<60 { detector.process(minute) }
        let seen = allocations_seen()
        #expect(seen == 0, "allocations in an hour")
        allocations_watch()
        let array = [Int](repeating: 0, count: 60)
        #expect(allocations_seen() > 0 && array.count == 60, "the counter counts")
    }
}
