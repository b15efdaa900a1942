import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

/// Digits beside a steady tone: dial tone, ringback, an answering or a test tone.
@Suite(.ownThread) struct SteadyToneTests {
    /// A steady sound: its frequencies in Hz.
    private static let tones: [[Double]] = [
        [425], [350, 440], [440, 480], [2100], [1100], [1004], [203.5], [1800], [350, 440, 2130],
    ]

    /// Presses beside a steady tone that is `level` dB louder than they are, from the first sample on.
    private struct Call {
        let samples: [Float]
        private(set) var presses: [(key: Key, range: Range<Int>)] = []

        init(seed: UInt64, _ hz: [Double], level: Double, rate: Double = 8000) {
            var sound = Sound(seed: seed)
            sound.silence(1.5, rate: rate)
            for _ in 0..<6 {
                let key = Key.allCases.randomElement(using: &sound.generator) ?? .one
                let seconds = Double.random(in: 0.05...0.15, using: &sound.generator)
                let offset = Double.random(in: -0.01...0.01, using: &sound.generator)
                presses.append((key, sound.press(key, seconds, level: -22, offset: offset, rate: rate)))
                sound.silence(Double.random(in: 0.08...0.3, using: &sound.generator), rate: rate)
            }
            // The pair of a press has this mean square.
            let amplitude = (2 * 0.5 * pow(10, (-22 + 3.14 + level) / 10) * 2 / Double(hz.count)).squareRoot()
            let phases = hz.map { _ in Double.random(in: 0..<6.28, using: &sound.generator) }
            sound.addNoise(0.0003)
            for index in sound.samples.indices {
                for (hz, phase) in zip(hz, phases) {
                    sound.samples[index] += Float(amplitude * sin(2 * .pi * hz * Double(index) / rate + phase))
                }
            }
            samples = sound.samples
        }
    }

    @Test(arguments: tones) func `digits beside a tone that is louder than they are do not leave`(hz: [Double]) {
        let rate = [8000.0, 16000, 11025][hz.count % 3]
        for lookAhead in [Suppressor.Configuration.streamLookAhead, Suppressor.Configuration.recordingLookAhead] {
            for level in [0.0, 6] {
                let call = Call(seed: UInt64(100 * hz[0] + level), hz, level: level, rate: rate)
                let events = Suppressed(call.samples, rate: rate, .init(lookAhead: lookAhead)).events
                for (key, range) in call.presses {
                    let edge = Int(0.002 * rate)
                    let isRemoved = events.contains {
                        $0.kind == .press && $0.start <= range.lowerBound + edge && $0.end >= range.upperBound - edge
                    }
                    #expect(isRemoved, "\(hz) Hz, \(level) dB, \(lookAhead) s: \(key) at \(range)")
                }
            }
        }
    }

    @Test(arguments: tones) func `a steady tone without digits leaves as it came`(hz: [Double]) {
        for lookAhead in [0, Suppressor.Configuration.streamLookAhead, Suppressor.Configuration.recordingLookAhead] {
            var sound = Sound(seed: 5)
            sound.silence(1)
            let start = sound.samples.count
            sound.silence(4)
            for index in start..<sound.samples.count - 8000 {
                for hz in hz { sound.samples[index] += 0.1 * Float(sin(2 * .pi * hz / 8000 * Double(index - start))) }
            }
            sound.addNoise(0.001)
            let output = Suppressed(sound.samples, .init(lookAhead: lookAhead)).output
            let isUnchanged = output.elementsEqual(sound.samples)
            #expect(isUnchanged, "\(hz) Hz, \(lookAhead) s")
        }
    }

    @Test(arguments: [8000.0, 44100]) func `the output does not depend on the size of blocks`(rate: Double) {
        let call = Call(seed: 77, [440, 480], level: 3, rate: rate)
        for lookAhead in [0, Suppressor.Configuration.streamLookAhead, Suppressor.Configuration.recordingLookAhead] {
            let configuration = Suppressor.Configuration(lookAhead: lookAhead)
            let whole = Suppressed(call.samples, rate: rate, configuration, blocks: { _ in call.samples.count }).output
            for block in [1, 37, 160, 1999] {
                let cut = Suppressed(call.samples, rate: rate, configuration, blocks: { _ in block }).output
                let isEqual = whole.elementsEqual(cut)
                #expect(isEqual, "blocks of \(block), \(lookAhead) s")
            }
        }
    }

    @Test(arguments: [0, 0.02, 0.25], [8000.0, 16000])
    func `A call that ends under a steady tone leaves as it came`(lookAhead: Double, rate: Double) {
        var sound = Sound(seed: 9)
        sound.silence(3.0137, rate: rate)
        sound.addNoise(0.001)
        for index in sound.samples.indices {
            sound.samples[index] += 0.2 * Float(sin(2 * .pi * 440 * Double(index) / rate))
        }
        let result = Suppressed(sound.samples, rate: rate, .init(lookAhead: lookAhead))
        #expect(result.output == sound.samples)
    }
}
