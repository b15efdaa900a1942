import DTMF
import Support
import Suppression
import Testing

/// Audio may begin, end and tear anywhere: in a digit, just before it, just after it. The digit must be removed.
@Suite(.ownThread) struct CutTests {
    /// How the audio is heard: as a file, seen far ahead, or as a stream.
    enum Way: Double, CaseIterable {
        case file = 0.250
        case stream = 0.020
    }

    static let rates = [8000.0, 16000, 44100, 48000]
    /// Seconds under which a receiver cannot tell a tone from a click.
    private static let longestLeft = 0.005

    /// Audio and which of its samples are tones.
    private struct Call {
        var samples: [Float]
        var isTone: [Bool]

        /// Silence and presses in turns, with a little noise over all.
        init(seed: UInt64, rate: Double, level: Double, _ pieces: [(key: Key?, seconds: Double)]) {
            var sound = Sound(seed: seed)
            isTone = []
            for (key, seconds) in pieces {
                if let key {
                    _ = sound.press(
                        key, seconds, level: level, twist: Double.random(in: -4...4, using: &sound.generator),
                        offset: Double.random(in: -0.012...0.012, using: &sound.generator), rate: rate)
                } else {
                    sound.silence(seconds, rate: rate)
                }
                let added = sound.samples.count - isTone.count
                isTone += [Bool](repeating: key != nil, count: added)
            }
            sound.addNoise(0.0004)
            samples = sound.samples
        }

        mutating func keep(_ range: Range<Int>) {
            samples = Array(samples[range])
            isTone = Array(isTone[range])
        }

        mutating func replace(_ range: Range<Int>, by other: Range<Int>) {
            samples.replaceSubrange(range, with: Array(samples[other]))
            isTone.replaceSubrange(range, with: Array(isTone[other]))
        }

        /// Seconds of the longest piece of tone that a suppressor passes, and the digits read in its output.
        func left(rate: Double, _ way: Way) -> (seconds: Double, keys: String) {
            let output = Suppressed(samples, rate: rate, .init(lookAhead: way.rawValue, fill: .silence)).output
            guard output.count == samples.count else { return (.infinity, "") }
            var (run, longest) = (0, 0)
            for index in output.indices {
                run = isTone[index] && output[index] != 0 && output[index] == samples[index] ? run + 1 : 0
                longest = max(longest, run)
            }
            var keys = ""
            var detector = Detector(sampleRate: rate, profile: .sensitive)
            func note(_ event: DetectorEvent) { if case .decided(let key, _) = event { keys.append(key.character) } }
            detector.process(output)
            for event in detector.events { note(event) }
            detector.finish()
            for event in detector.events { note(event) }
            return (Double(longest) / rate, keys)
        }
    }

    private static func check(_ call: Call, _ rate: Double, _ way: Way, _ name: String) {
        let left = call.left(rate: rate, way)
        #expect(left.seconds <= longestLeft && left.keys.isEmpty, "\(way), \(Int(rate)) Hz, \(name): \(left)")
    }

    /// At the higher rates every third millisecond: each costs more there.
    private static func milliseconds(_ range: ClosedRange<Int>, _ rate: Double) -> StrideThrough<Int> {
        stride(from: range.lowerBound, through: range.upperBound, by: rate > 8000 ? 3 : 1)
    }

    @Test(arguments: rates, Way.allCases)
    func `A digit in which the audio ends, or just after which it ends, is removed`(rate: Double, way: Way) {
        for (seed, (key, length)) in [(Key.five, 0.06), (.nine, 0.09), (.d, 0.15), (.star, 0.3)].enumerated() {
            let call = Call(
                seed: UInt64(seed), rate: rate, level: -12,
                [(nil, 0.3), (.one, 0.1), (nil, 0.2), (key, length), (nil, 0.1)])
            for cut in Self.milliseconds(1...(Int(1000 * length) + 40), rate) {
                var cutOff = call
                cutOff.keep(0..<Int((0.6 + Double(cut) / 1000) * rate))
                Self.check(cutOff, rate, way, "\(key) of \(length) s, cut off after \(cut) ms")
            }
        }
    }

    @Test(arguments: rates, Way.allCases)
    func `A digit in which the audio begins, or just before which it begins, is removed`(rate: Double, way: Way) {
        for (seed, (key, length)) in [(Key.five, 0.06), (.nine, 0.09), (.d, 0.15), (.star, 0.3)].enumerated() {
            let call = Call(
                seed: UInt64(seed), rate: rate, level: -12,
                [(nil, 0.1), (key, length), (nil, 0.2), (.one, 0.1), (nil, 0.3)])
            for cut in Self.milliseconds(-40...Int(1000 * length), rate) {
                var cutOff = call
                cutOff.keep(Int((0.1 + Double(cut) / 1000) * rate)..<call.samples.count)
                Self.check(cutOff, rate, way, "\(key) of \(length) s, begun after \(cut) ms of it")
            }
        }
    }

    @Test(arguments: rates, Way.allCases)
    func `A fragment just before or after a digit is removed with it`(rate: Double, way: Way) {
        let keys: [Key] = [.one, .five, .nine, .d, .star, .zero]
        for length in stride(from: 6, through: 30, by: 4) {
            for gap in stride(from: 5, through: 80, by: rate > 8000 ? 15 : 5) {
                let key = keys[(length + gap) % keys.count]
                let near: [(Key?, Double)] = [(key, Double(length) / 1000), (nil, Double(gap) / 1000), (key, 0.1)]
                for pieces in [near, near.reversed()] {
                    let call = Call(
                        seed: UInt64(100 * length + gap), rate: rate, level: -12, [(nil, 0.3)] + pieces + [(nil, 0.3)])
                    let place = pieces[0].1 < 0.1 ? "before" : "behind"
                    Self.check(call, rate, way, "\(length) ms, \(gap) ms \(place) \(key)")
                }
            }
        }
    }

    /// What happens to samples if a sound card is served too late.
    enum Tear: CaseIterable { case lost, repeated, silent }

    @Test(arguments: [8000.0, 16000], Way.allCases)
    func `A torn digit is removed, wherever and however it is torn`(rate: Double, way: Way) {
        let keys: [Key] = [.one, .five, .nine, .d, .star, .zero]
        let ms = Int(rate / 1000)
        for tear in Tear.allCases {
            for missing in [5, 10, 16, 21, 32, 40] {
                for at in Self.milliseconds(-missing...100, 2 * rate) {
                    let key = keys[(at + missing) % keys.count]
                    var call = Call(
                        seed: UInt64(1000 * missing + at + missing), rate: rate, level: -20,
                        [(nil, 0.3), (key, 0.1), (nil, 0.3)])
                    let range = (300 + at) * ms..<(300 + at + missing) * ms
                    switch tear {
                    case .lost: call.replace(range, by: 0..<0)
                    case .repeated: call.replace(range.upperBound..<range.upperBound, by: range)
                    case .silent: call.replace(range, by: 0..<range.count)
                    }
                    Self.check(call, rate, way, "\(key), \(missing) ms \(tear) at \(at) ms")
                }
            }
        }
    }
}
