import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// The digits that a suppressor reports are those of a detector that hears the same samples.
@Suite(.ownThread) struct KeyEventsTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var rate: Double
        var lookAhead: Double
        var profile: DetectorProfile
        var testDescription: String { "\(rate) Hz, \(lookAhead) s, \(profile.name)" }
    }

    static let lines: [Line] = [8000, 11_025, 16_000, 48_000].flatMap { rate in
        [0, 0.020, 0.250].flatMap { lookAhead in
            [DetectorProfile.q24, .sensitive, .strict].map { Line(rate: rate, lookAhead: lookAhead, profile: $0) }
        }
    }

    /// A number between voices; its last press is cut off by the end.
    private static func leg(seed: UInt64, rate: Double) -> [Float] {
        var sound = Sound(seed: seed)
        sound.voice(0.5, rate: rate)
        for _ in 0..<12 {
            let key = Key.allCases.randomElement(using: &sound.generator)!
            let level = Double.random(in: -50 ... -3, using: &sound.generator)
            let seconds = Double.random(in: 0.03...0.12, using: &sound.generator)
            _ = sound.press(
                key, seconds, level: level, twist: .random(in: -13...13, using: &sound.generator), rate: rate)
            sound.silence(.random(in: 0.03...0.2, using: &sound.generator), rate: rate)
        }
        sound.voice(0.3, rate: rate)
        sound.silence(0.1, rate: rate)
        _ = sound.press(.five, 0.06, rate: rate)
        sound.addNoise(0.0003)
        return sound.samples
    }

    /// The key events of every channel, in order.
    private static func heard(
        _ call: [Float], rate: Double, _ configuration: Suppressor.Configuration, seed: UInt64
    ) -> [[DetectorEvent]] {
        var suppressor = Suppressor(sampleRate: rate, channels: 2, configuration: configuration)
        var generator = SeededGenerator(seed: seed)
        var (heard, output, index) = ([[DetectorEvent]](repeating: [], count: 2), [Float](), 0)
        while index < call.count {
            let end = min(call.count, index + 2 * Int.random(in: 1...2000, using: &generator))
            suppressor.process(Array(call[index..<end]), into: &output)
            for event in suppressor.keyEvents { heard[event.channel].append(event.event) }
            index = end
        }
        suppressor.finish(into: &output)
        for event in suppressor.keyEvents { heard[event.channel].append(event.event) }
        return heard
    }

    private static func detected(_ samples: [Float], rate: Double, _ profile: DetectorProfile) -> [DetectorEvent] {
        var detector = Detector(sampleRate: rate, profile: profile)
        detector.process(samples)
        let events = detector.events
        detector.finish()
        return events + detector.events
    }

    @Test(arguments: lines, [UInt64(1), 3]) func `A suppressor reports what a detector of its profile does`(
        line: Line, seed: UInt64
    ) {
        var legs = [Self.leg(seed: seed, rate: line.rate), Self.leg(seed: seed + 1, rate: line.rate)]
        let frames = max(legs[0].count, legs[1].count)
        for leg in 0..<2 { legs[leg] = [Float](repeating: 0, count: frames - legs[leg].count) + legs[leg] }
        let call = zip(legs[0], legs[1]).flatMap { [$0, $1] }
        let configuration = Suppressor.Configuration(
            lookAhead: line.lookAhead, detectorProfile: line.profile)
        let heard = Self.heard(call, rate: line.rate, configuration, seed: seed)
        for leg in 0..<2 {
            let detected = Self.detected(legs[leg], rate: line.rate, line.profile)
            #expect(detected.count > 1)
            #expect((heard[leg] == detected) == true, "seed \(seed), leg \(leg)")
        }
    }

    /// A detector alone hears nothing of these keys.
    @Test(arguments: [1400.0, 2130]) func `Digits under a steady tone are reported`(hz: Double) {
        let keys: [Key] = [.four, .two, .nine, .zero, .pound]
        var sound = Sound(seed: 1)
        sound.silence(2)
        for key in keys {
            _ = sound.press(key, 0.1, level: -15)
            sound.silence(0.1)
        }
        let step = 2 * Double.pi * hz / 8000
        for index in sound.samples.indices { sound.samples[index] += Float(0.18 * cos(step * Double(index))) }
        let call = sound.samples.flatMap { [$0, Float(0)] }
        let heard = Self.heard(call, rate: 8000, .init(), seed: 1)[0].compactMap { event -> Key? in
            if case .decided(let key, _) = event { key } else { nil }
        }
        #expect(heard == keys)
        let alone = Self.detected(sound.samples, rate: 8000, .q24)
        #expect(alone.count < 2 * keys.count)
    }

    /// What `q24` confirms is removed, whatever is reported.
    @Test func `A narrow profile reports fewer digits and removes the same`() {
        var sound = Sound(seed: 3)
        for _ in 0..<4 {
            sound.silence(0.2)
            _ = sound.press(.eight, 0.08, level: -40)
        }
        sound.silence(0.3)
        let call = sound.samples.flatMap { [$0, Float(0)] }
        var narrow = Suppressor.Configuration(lookAhead: 0.250, detectorProfile: .strict)
        narrow.guardsOtherLegs = false
        var wide = narrow
        wide.detectorProfile = .q24
        #expect(Self.heard(call, rate: 8000, narrow, seed: 1)[0].isEmpty)
        #expect(Self.heard(call, rate: 8000, wide, seed: 1)[0].count == 8)
        #expect(Suppressed(call, channels: 2, narrow).output == Suppressed(call, channels: 2, wide).output)
    }
}
