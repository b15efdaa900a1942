import Support
import Testing

@testable import DTMF

/// The receiver's kernel gives what its specification gives, to the bit.
@Suite(.ownThread) struct ReceiverTests {
    /// What the specification hears of `samples`, whatever their blocks.
    private func specified(_ samples: [Float], _ profile: DetectorProfile, isPrefiltered: Bool) -> [DetectorEvent] {
        var receiver = ReceiverSpecification(profile: profile, isPrefiltered: isPrefiltered)
        var history = SampleHistory()
        var events: [DetectorEvent] = []
        let whole = samples + [Float](repeating: 0, count: 480)
        while receiver.nextBoundary <= whole.count {
            history.append(whole.span, from: history.end, count: receiver.nextBoundary - history.end)
            receiver.advance(&history, &events)
        }
        receiver.finish(history, &events)
        return events
    }

    /// What the kernel hears, in blocks of `blocks` samples.
    private func heard(
        _ samples: [Float], _ profile: DetectorProfile, isPrefiltered: Bool, _ blocks: () -> Int
    ) -> [DetectorEvent] {
        let limits = ReceiverLimits(profile, isUnfiltered: !isPrefiltered)
        return listen(to: samples, with: Detector(sampleRate: 8000, limits: limits), blocks: blocks).events
    }

    @Test(arguments: DetectorProfile.streamNames, 1...4 as ClosedRange<UInt64>)
    func `keys of any level, length, twist and error in noise`(name: String, seed: UInt64) throws {
        let profile = try #require(DetectorProfile(name: name))
        let samples = DetectorTests.mixture(seed: seed) + [Float](repeating: 0, count: 960)
        var random = SeededGenerator(seed: seed)
        let expected = specified(samples, profile, isPrefiltered: true)
        #expect(expected.count > 4)
        #expect(heard(samples, profile, isPrefiltered: true) { .random(in: 1...700, using: &random) } == expected)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `hostile sound`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let samples = Self.hostile(&random, seconds: 12)
        for isPrefiltered in [true, false] {
            let expected = specified(samples, .sensitive, isPrefiltered: isPrefiltered)
            let found = heard(samples, .sensitive, isPrefiltered: isPrefiltered) {
                .random(in: 1...400, using: &random)
            }
            #expect(found.map(Bits.init) == expected.map(Bits.init), "prefiltered: \(isPrefiltered)")
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `the ring of another is read like one's own`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let shorts = Self.shorts(&random)
        let samples = Self.hostile(&random, seconds: 12)
        var (detector, detector16) = (Detector(readingRingOf: .sensitive), Detector(readingRingOf: .sensitive))
        var (found, found16): ([DetectorEvent], [DetectorEvent]) = ([], [])
        // The writer of the ring is ahead of the reader, and as little is kept as the reader may ask for.
        let ahead = 256
        var ring = [Float](repeating: .nan, count: 2048)
        var ring16 = [Int16](repeating: 12345, count: 2048)
        var (read, written) = (0, 0)
        while read < samples.count {
            read = min(samples.count, read + .random(in: 1...8, using: &random))
            while written < min(samples.count, read + ahead) {
                ring[written % ring.count] = samples[written]
                ring16[written % ring.count] = shorts[written]
                let old = written - Detector.ringReach - ahead
                if old >= 0 { (ring[old % ring.count], ring16[old % ring.count]) = (.nan, 12345) }
                written += 1
            }
            guard read >= samples.count || Int.random(in: 0..<10, using: &random) == 0 else { continue }
            detector.process(until: read, of: ring.span)
            found += detector.events
            detector16.process(until: read, of: ring16.span)
            found16 += detector16.events
        }
        func isExpected(_ found: [DetectorEvent], of samples: [Float]) -> Bool {
            let (_, expected) = listen(to: samples, with: Detector(sampleRate: 8000, profile: .sensitive))
            // The end of the stream is no event of the ring.
            return found.count >= expected.count - 2
                && found.map(Bits.init) == expected.prefix(found.count).map(Bits.init)
        }
        #expect(isExpected(found, of: samples))
        #expect(isExpected(found16, of: shorts.map { Float($0) * 0x1p-15 }))
    }

    /// Hostile sound as samples of 16 bits.
    private static func shorts(_ random: inout SeededGenerator) -> [Int16] {
        hostile(&random, seconds: 12).map { Int16(max(-1, min(0.999, $0.isFinite ? $0 : 0)) * 0x1p15) }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `samples of 16 bits and floats in turn give what floats alone do`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let samples = Self.shorts(&random)
        let floats = samples.map { Float($0) * 0x1p-15 }
        var detector = Detector(sampleRate: 8000, profile: .sensitive)
        var found: [DetectorEvent] = []
        // Some receivers never get floats, others after a while.
        let first = Int.random(in: 0...2 * samples.count, using: &random)
        var position = 0
        while position < samples.count {
            let end = min(samples.count, position + .random(in: 1...400, using: &random))
            if position >= first, Bool.random(using: &random) {
                detector.process(floats.span.extracting(position..<end))
            } else {
                detector.process(samples.span.extracting(position..<end))
            }
            found += detector.events
            position = end
        }
        detector.finish()
        found += detector.events
        let (_, expected) = listen(to: floats, with: Detector(sampleRate: 8000, profile: .sensitive))
        #expect(!expected.isEmpty && found.map(Bits.init) == expected.map(Bits.init))
    }

    @Test func `hostile sound holds keys`() {
        let found = (1...12 as ClosedRange<UInt64>).map { seed in
            var random = SeededGenerator(seed: seed)
            return keys(in: Self.hostile(&random, seconds: 12), profile: .sensitive).count
        }
        #expect(found.reduce(0, +) > 60, "\(found)")
    }

    @Test func `a copy goes on by itself`() {
        let samples = DetectorTests.mixture(seed: 9)
        let half = samples.count / 2
        var first = Detector(sampleRate: 8000)
        first.process(samples.span.extracting(..<half))
        var copy = first
        copy.process([Float](repeating: 0.3, count: 4000))
        var events: [[DetectorEvent]] = []
        for var detector in [first, first] {
            detector.process(samples.span.extracting(half...))
            events.append(detector.events)
        }
        #expect(events[0] == events[1] && !events[0].isEmpty)
    }

    /// An event of which NaN equals NaN.
    private struct Bits: Equatable {
        private let values: [UInt64]

        init(_ event: DetectorEvent) {
            switch event {
            case .decided(let key, let onset): values = [UInt64(key.rawValue), UInt64(onset)]
            case .ended(let press):
                let numbers = [press.lowHz, press.highHz, press.levelDBm0, press.twist, press.signalToNoise]
                values =
                    [UInt64(press.key.rawValue), UInt64(press.start), UInt64(press.end)] + numbers.map(\.bitPattern)
            }
        }
    }
}

extension ReceiverTests {
    /// Pieces of everything, one after the other: presses that step, swell and stop, two at once, noise of any level,
    /// offsets, clipping, NaN, numbers that are too large or too small, and silence.
    private static func hostile(_ random: inout SeededGenerator, seconds: Double) -> [Float] {
        var samples: [Float] = []
        while Double(samples.count) < seconds * Frame.rate { samples += piece(&random) }
        return Array(samples.prefix(Int(seconds * Frame.rate)))
    }

    private static func piece(_ random: inout SeededGenerator) -> [Float] {
        func number(_ range: ClosedRange<Double>) -> Double { .random(in: range, using: &random) }
        let length = number(0.002...0.2)
        let noise = Float(number(0...1) < 0.5 ? 0 : number(0...0.02))
        let odd: [Float] = [.nan, .infinity, -.infinity, 1e30, .leastNonzeroMagnitude, 0.5, 1.5]
        func press() -> [Float] {
            var generator = ToneGenerator(
                level: number(-60...2), twist: number(-16...16), lowOffset: number(-0.03...0.03),
                highOffset: number(-0.03...0.03), lowPhase: number(0...6), highPhase: number(0...6))
            return generator.tone(Key.allCases.randomElement(using: &random)!, seconds: length)
        }
        var piece = [Float](repeating: 0, count: Int(length * Frame.rate))
        switch Int.random(in: 0..<9, using: &random) {
        case 0: break
        case 1...3: piece = press()
        case 4:
            let (step, floor) = (Int.random(in: 1...piece.count, using: &random), Float(number(0.05...4)))
            piece = press().enumerated().map { $0.offset < step ? $0.element : $0.element * floor }
        case 5: piece = zip(press(), press()).map(+)
        case 6:
            let depth = Float(number(0...1))
            piece = press().enumerated().map { $0.element * (1 - depth * Float($0.offset % 160) / 160) }
        case 7: piece = press().map { max(-0.05, min(0.05, $0)) }
        default:
            let value = odd.randomElement(using: &random)!
            for index in stride(from: 0, to: piece.count, by: Int.random(in: 1...90, using: &random)) {
                piece[index] = value
            }
        }
        for index in piece.indices { piece[index] += noise * Float.random(in: -1...1, using: &random) }
        return piece
    }
}
