import DTMF
import Testing

@testable import Suppression

/// When the next digit is due, and at what level over the digits before.
@Suite struct NextDigitLevelTests {
    /// Hops of a digit from which on every window holds the digit alone, and before the receiver confirms it.
    private static let within = 17..<24

    private struct Reading {
        var hop: Int
        var level: Float?
    }

    /// The level of the pair in each hop that holds one, as the suppressor of one leg knows it.
    private func readings(of samples: [Float]) -> [Reading] {
        let configuration = Suppressor.Configuration()
        let latency = configuration.latency(at: 8000)
        var leg = ChannelSuppressor(
            sampleRate: 8000, channel: 0, channels: 1, configuration: configuration, kept: 0, ahead: 1)
        var (removed, block) = (RemovedTone(keeping: 1, longestPiece: 1, factor: 1), [Float(0)])
        var readings: [Reading] = []
        for (number, sample) in samples.enumerated() {
            var events: [SuppressionEvent] = []
            if number >= latency { leg.emit(1, echo: nil, into: &block, removed: &removed, &events) }
            block[0] = sample
            leg.store(block, 0..<1)
            guard (number + 1) % leg.hop == 0 else { continue }
            leg.takeHop()
            leg.judge(echoes: [], isEchoExpected: false)
            let (detector, features) = (leg.onsetDetector, leg.features)
            if features.pairPower > OnsetDetector.leastPairPower, features.isMeasured {
                readings.append(Reading(hop: detector.bank.hops, level: detector.nextDigitLevel(of: features)))
            }
            var keyEvents: [ChannelEvent] = []
            _ = leg.confirm(&keyEvents)
        }
        return readings
    }

    /// Keys of one level 0.2 s apart, another one `pause` later, and where the first sample of each lies in hops.
    private func number(then pause: Double, louder: Double = 0, seed: UInt64) -> (samples: [Float], starts: [Int]) {
        var sound = Sound(seed: seed)
        sound.silence(0.3)
        var starts: [Int] = []
        for key in [Key.one, .five, .nine, .three] {
            starts.append(sound.press(key, 0.1, level: -16).lowerBound / 8)
            sound.silence(0.2)
        }
        sound.silence(pause)
        starts.append(sound.press(.seven, 0.1, level: -16 + louder).lowerBound / 8)
        sound.addNoise(0.0006)
        return (sound.samples, starts)
    }

    /// The levels read within the digit that begins at hop `start`.
    private func distances(_ readings: [Reading], from start: Int) -> [Float?] {
        readings.filter { Self.within.contains($0.hop - start) }.map(\.level)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `The next digit is due after another one, and lies at its level`(seed: UInt64) throws {
        let (samples, starts) = number(then: 0.1, seed: seed)
        let readings = readings(of: samples)
        #expect(distances(readings, from: starts[0]).allSatisfy { $0 == nil }, "no key before, seed \(seed)")
        for start in starts.dropFirst() {
            let distances = distances(readings, from: start)
            #expect(distances.count == Self.within.count)
            for distance in distances {
                let distance = try #require(distance, "seed \(seed)")
                #expect(abs(distance) < 1, "seed \(seed)")
            }
        }
    }

    @Test func `No digit is due long after the last one`() {
        let (samples, starts) = number(then: 1.5, seed: 4)
        let late = distances(readings(of: samples), from: starts[4])
        #expect(late.count == Self.within.count)
        #expect(late.allSatisfy { $0 == nil })
    }

    @Test(arguments: [(-20.0, nil), (-10.0, -10), (5.0, 5), (12.0, nil)] as [(Double, Float?)])
    func `A pair far louder or fainter than the digits before is not the next digit`(louder: Double, expected: Float?) {
        let (samples, starts) = number(then: 0.1, louder: louder, seed: 5)
        let distances = distances(readings(of: samples), from: starts[4])
        #expect(distances.count == Self.within.count)
        for distance in distances {
            if let expected, let distance { #expect(abs(distance - expected) < 1) }
            #expect((distance == nil) == (expected == nil))
        }
    }
}
