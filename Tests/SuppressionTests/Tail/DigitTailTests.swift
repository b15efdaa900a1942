import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// What is heard of a digit after its release: in a ringing filter and in a room.
@Suite(.ownThread) struct DigitTailTests {
    private static let rate = 8000.0
    /// Digits of one call, and the pause after each in seconds.
    private static let digits = 6
    private static let pause = 0.5

    /// Presses with a tail, in a quiet line.
    private struct Call {
        var samples: [Float]
        var presses: [(key: Key, range: Range<Int>)] = []

        /// - Parameter tail: Continues a press that the last samples are of; gives what to add from its end on.
        init(
            seed: UInt64, pause: Double = DigitTailTests.pause,
            _ tail: (_ call: inout Sound, _ press: Range<Int>, _ key: Key) -> [Float]
        ) {
            var sound = Sound(seed: seed)
            sound.silence(0.5)
            var added: [(start: Int, samples: [Float])] = []
            for _ in 0..<DigitTailTests.digits {
                let key = Key.allCases.randomElement(using: &sound.generator) ?? .one
                let seconds = Double.random(in: 0.07...0.3, using: &sound.generator)
                let offset = Double.random(in: -0.012...0.012, using: &sound.generator)
                let range = sound.press(key, seconds, offset: offset)
                presses.append((key, range))
                added.append((range.upperBound, tail(&sound, range, key)))
                sound.silence(pause)
            }
            for (start, samples) in added {
                for (index, sample) in samples.enumerated() where start + index < sound.samples.count {
                    sound.samples[start + index] += sample
                }
            }
            sound.addNoise(0.0004)
            samples = sound.samples
        }

        /// The highest level of a pair from 20 to 300 ms after its press, relative to the press, in dB.
        func worst(in output: [Float]) -> Double {
            var worst = -Double.infinity
            for (key, range) in presses {
                let pressed = pairPower(key, samples[range.upperBound - 160..<range.upperBound])
                for start in stride(from: range.upperBound + 160, to: range.upperBound + 2240, by: 40) {
                    let left = pairPower(key, output[start..<start + 160])
                    worst = max(worst, 10 * log10(left / pressed))
                }
            }
            return worst
        }
    }

    /// The pair goes on `level` dB lower and decays with a time constant of `tau` seconds.
    private static func ring(seed: UInt64) -> Call {
        Call(seed: seed) { call, press, key in
            let tau = Double.random(in: 0.006...0.06, using: &call.generator)
            let level = Double.random(in: 0...25, using: &call.generator)
            let (low, high) = (2 * Double.pi * key.lowHz / rate, 2 * Double.pi * key.highHz / rate)
            let amplitude = pairPower(key, call.samples.suffix(160)).squareRoot() * pow(10, -level / 20)
            return (0..<Int(6 * tau * rate)).map { n in
                Float(amplitude * exp(-Double(n) / (tau * rate)) * (sin(low * Double(n)) + sin(high * Double(n))))
            }
        }
    }

    /// The sound of a room: exponentially decaying noise as the impulse response.
    private static func room(seed: UInt64) -> Call {
        Call(seed: seed) { call, press, _ in
            let seconds = Double.random(in: 0.1...0.4, using: &call.generator)
            let direct = Double.random(in: 8...18, using: &call.generator)
            var response = (0..<Int(0.9 * seconds * rate)).map { n in
                Float.random(in: -1...1, using: &call.generator) * Float(pow(10, -3 * Double(n) / (seconds * rate)))
            }
            let energy = response.reduce(0) { $0 + $1 * $1 }
            let scale = Float(pow(10, -direct / 20)) / energy.squareRoot()
            response = response.map { $0 * scale }
            let pressed = call.samples[press]
            return response.indices.map { n in
                var sum: Float = 0
                for delay in (n + 1)..<max(n + 1, min(response.count, n + 1 + pressed.count)) {
                    sum += response[delay] * pressed[press.upperBound - (delay - n)]
                }
                return sum
            }
        }
    }

    @Test(arguments: CutTests.Way.allCases, 1...6 as ClosedRange<UInt64>)
    func `What rings on after a digit is 45 dB under it`(way: CutTests.Way, seed: UInt64) {
        let call = Self.ring(seed: seed)
        let output = Suppressed(call.samples, .init(lookAhead: way.rawValue)).output
        #expect(call.worst(in: call.samples) > -40, "a call without a tail shows nothing")
        #expect(call.worst(in: output) < -45, "seed \(seed)")
    }

    @Test(arguments: CutTests.Way.allCases, 1...6 as ClosedRange<UInt64>)
    func `What a room leaves of a digit is read by no detector and is 45 dB under it`(
        way: CutTests.Way, seed: UInt64
    ) {
        let call = Self.room(seed: seed)
        let output = Suppressed(call.samples, .init(lookAhead: way.rawValue)).output
        #expect(call.worst(in: call.samples) > -35, "a call without a tail shows nothing")
        #expect(call.worst(in: output) < -45, "seed \(seed)")
        var detector = Detector(sampleRate: Self.rate, profile: .sensitive)
        detector.process(output.map { 10 * $0 })
        #expect(detector.events.isEmpty, "seed \(seed)")
    }

    @Test(arguments: CutTests.Way.allCases, 1...4 as ClosedRange<UInt64>)
    func `Speech after a digit without a tail passes`(way: CutTests.Way, seed: UInt64) {
        var sound = Sound(seed: seed)
        var speech: [Range<Int>] = []
        for key in [Key.one, .five, .nine, .zero] {
            sound.silence(0.3)
            _ = sound.press(key, 0.1)
            let start = sound.samples.count
            sound.voice(1, level: 0.02)
            // A codec smears the end of a digit for some milliseconds.
            speech.append(start + 480..<sound.samples.count)
        }
        sound.addNoise(0.0004)
        let output = Suppressed(sound.samples, .init(lookAhead: way.rawValue)).output
        var (voice, lost) = (0.0, 0.0)
        for range in speech {
            for index in range {
                voice += Double(sound.samples[index] * sound.samples[index])
                lost += pow(Double(sound.samples[index] - output[index]), 2)
            }
        }
        #expect(lost < 0.001 * voice, "\(10 * log10(voice / lost)) dB")
    }

    /// Radians a sample of the tails that are judged hop by hop.
    private static let turn = SIMD2(0.55, 0.95)

    /// A fit to 18 ms of a tail in noise.
    private func fit(_ amplitude: Float, noise: Float = 0) -> PairFit {
        var generator = SeededGenerator(seed: 26)
        let samples = (0..<144).map { n in
            amplitude * Float(sin(Self.turn[0] * Double(n)) + sin(Self.turn[1] * Double(n)))
                + Float.random(in: -noise...noise, using: &generator)
        }
        return PairFit(samples.span, low: Self.turn[0], high: Self.turn[1])
    }

    @Test func `A tail that a room cancels for some milliseconds comes back, up to 10 dB under the digit`() {
        var tail = DigitTail(turn: Self.turn, power: 0.01, start: 0)
        for amplitude: Float in [0.05, 0.002, 0.002, 0.002, 0.025] {
            #expect(tail.judge(fit(amplitude), length: 8) == .loud)
        }
        #expect(tail.judge(fit(0.04), length: 8) == .absent, "a voice or another digit")
    }

    @Test func `What fades behind a tail is filled until a voice makes it louder`() {
        var tail = DigitTail(turn: Self.turn, power: 0.01, start: 0)
        #expect(tail.judge(fit(0.05, noise: 0.001), length: 8) == .loud)
        // The pair is a tenth or nothing of these.
        for noise: Float in [0.05, 0.045, 0.04] { #expect(tail.judge(fit(0.005, noise: noise), length: 8) == .loud) }
        #expect(tail.judge(fit(0, noise: 0.035), length: 8) == .loud)
        #expect(tail.judge(fit(0, noise: 0.045), length: 8) == .absent)
        #expect(tail.judge(fit(0, noise: 0.035), length: 8) == .absent, "a voice was there")
    }

    @Test func `A tail is over when its pair stands out no more, and after six tenths of a second`() {
        typealias Limit = DigitTail.Threshold
        let turn = Self.turn
        var tail = DigitTail(turn: turn, power: 0.01, start: 0)
        #expect(tail.judge(fit(0.05, noise: 0.001), length: 8) == .loud && tail.next == 8)
        #expect(tail.judge(fit(0.04, noise: 0.15), length: 8) == .faint)
        #expect(tail.judge(fit(0.00003, noise: 0), length: 8) == .absent, "70 dB under the digit")
        // Louder than the digit was: somebody speaks, or another digit begins.
        #expect(tail.judge(fit(0.5, noise: 0.001), length: 8) == .absent)
        #expect(tail.judge(fit(0.05, noise: 0.001), length: 8) == .loud)
        for _ in 0...Limit.gapHops {
            #expect(!tail.isOver)
            #expect(tail.judge(fit(0, noise: 0.2), length: 8) == .absent)
        }
        #expect(tail.isOver)
        // The limit falls to the floor, whatever is heard.
        var longest = DigitTail(turn: turn, power: 1, start: 0)
        for hop in 0..<Int(-Limit.floor / Limit.decay) + Limit.gapHops + 2 {
            _ = longest.judge(fit(0.5 * pow(10, -Float(hop) / 400), noise: 0), length: 8)
        }
        #expect(longest.isOver)
    }
}
