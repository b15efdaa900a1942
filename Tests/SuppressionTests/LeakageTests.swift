import DTMF
import Glibc
import Support
import Suppression
import Testing

/// What is left of a digit in the output: nothing that tells which it was.
@Suite(.ownThread) struct LeakageTests {
    static let lengths = [0.005, 0.008, 0.012, 0.018, 0.025, 0.035, 0.05, 0.1, 0.4, 5.0]

    @Test(arguments: lengths)
    func `A tone of any key, level and length is removed, with its first millisecond`(length: Double) {
        var worst = -200.0
        for (index, key) in Key.allCases.enumerated() where length < 1 || index % 5 == 0 {
            for (level, twist) in [(-6.0, 0.0), (-18, -6), (-18, 3), (-30, 0)] {
                var sound = Sound(seed: UInt64(index + 1))
                sound.silence(0.15)
                let range = sound.press(
                    key, length, level: level, twist: twist, offset: index % 2 == 0 ? 0.012 : -0.007)
                sound.silence(0.15)
                sound.addNoise(level < -20 ? 0.0003 : 0.0008)
                let result = Suppressed(sound.samples, .init(fill: .silence))
                let left = result.output[range].reduce(0.0) { $0 + Double($1 * $1) }
                let whole = sound.samples[range].reduce(0.0) { $0 + Double($1 * $1) }
                worst = max(worst, 10 * log10(left / whole + 1e-20))
                #expect(left < 0.0025 * whole, "key \(index), \(level) dBm0, \(length) s")
                // What lies 60 ms from the tone is as it was.
                let before = 0..<(range.lowerBound - 480)
                let after = (range.upperBound + 480)..<sound.samples.count
                #expect(result.output[before] == sound.samples[before] && result.output[after] == sound.samples[after])
            }
        }
        print("length \(length) s: worst \(worst) dB")
    }

    @Test func `A long press stays removed and is one event`() {
        var sound = Sound(seed: 3)
        sound.silence(0.2)
        let range = sound.press(.five, 8)
        sound.silence(0.2)
        sound.addNoise(0.001)
        let result = Suppressed(sound.samples, .init(fill: .silence))
        #expect(result.output[range].allSatisfy { $0 == 0 })
        #expect(result.events.count == 1 && result.events.first?.kind == .press)
        #expect(result.counts == [Suppressed(sound.samples).counts[0]])
        #expect(result.counts[0].presses == 1 && result.counts[0].fragments == 0)
    }

    @Test func `Digits without pauses between them are all removed`() {
        var sound = Sound(seed: 8)
        sound.silence(0.2)
        let start = sound.samples.count
        for key in [Key.one, .nine, .five, .d, .zero] { _ = sound.press(key, 0.1) }
        let end = sound.samples.count
        sound.silence(0.2)
        let result = Suppressed(sound.samples, .init(fill: .silence))
        #expect(result.output[start..<end].allSatisfy { $0 == 0 })
    }

    @Test(arguments: Key.allCases)
    func `A digit that dies away, as through a low-rate codec, is removed to its end`(key: Key) {
        var sound = Sound(seed: 11)
        sound.silence(0.2)
        let press = sound.press(key, 0.14, level: -10)
        let body = press.lowerBound + Int(0.12 * 8000)
        for index in body..<press.upperBound { sound.samples[index] *= exp(Float(body - index) / 50) }
        sound.silence(0.2)
        sound.addNoise(0.0003)
        let result = Suppressed(sound.samples, .init(fill: .silence))
        // 26 dB below the key, and below a level that is still recognised as a fragment.
        let loudest = result.output[press].reduce(0) { max($0, abs($1)) }
        #expect(loudest < 0.01, "\(loudest)")
    }

    @Test func `A fragment of 5 ms that a sound card repeats is removed`() {
        for (index, key) in Key.allCases.enumerated() {
            var sound = Sound(seed: UInt64(index + 1))
            sound.silence(0.3)
            let piece = sound.press(key, 0.005, level: -10)
            sound.samples += sound.samples[piece]
            sound.silence(0.3)
            let result = Suppressed(sound.samples, .init(fill: .silence))
            let twice = piece.lowerBound..<(piece.upperBound + piece.count)
            #expect(result.output[twice].allSatisfy { $0 == 0 }, "key \(index)")
        }
    }

    @Test func `A fragment is reported as a fragment, without its key`() throws {
        for length in [0.006, 0.010, 0.015] {
            var sound = Sound(seed: 6)
            sound.silence(0.2)
            let range = sound.press(.three, length)
            sound.silence(0.2)
            sound.addNoise(0.0008)
            let event = try #require(Suppressed(sound.samples, .init(fill: .silence)).events.first)
            #expect(event.kind == .fragment && event.channel == 0 && event.removedDB == .infinity)
            #expect(event.start <= range.lowerBound && event.end >= range.upperBound)
        }
    }

    @Test(arguments: [8000.0, 16000, 44100, 48000])
    func `A press is removed at every sample rate`(rate: Double) {
        var sound = Sound(seed: 12)
        sound.silence(0.2, rate: rate)
        var ranges: [Range<Int>] = []
        for key in Key.allCases {
            ranges.append(sound.press(key, 0.06, level: -14, rate: rate))
            sound.silence(0.06, rate: rate)
        }
        sound.addNoise(0.0006)
        let result = Suppressed(sound.samples, rate: rate, .init(fill: .silence))
        for range in ranges { #expect(result.output[range].allSatisfy { $0 == 0 }) }
    }

    @Test func `A tone under a voice is removed`() {
        var sound = Sound(seed: 15)
        sound.voice(6, level: 0.02)
        var presses = Sound(seed: 16)
        var ranges: [Range<Int>] = []
        for key in Key.allCases {
            presses.silence(0.2)
            ranges.append(presses.press(key, 0.12, level: -10))
        }
        for (index, value) in presses.samples.enumerated() { sound.samples[index] += value }
        let result = Suppressed(sound.samples, .init(fill: .silence))
        for (key, range) in zip(Key.allCases, ranges) {
            let left = pairPower(key, result.output[range]) / pairPower(key, sound.samples[range])
            #expect(left < 0.0025)
        }
    }

    private static let loudVoice: [Float] = {
        var voice = Sound(seed: 0)
        voice.voice(8, level: 0.1)
        return voice.samples
    }()

    /// Whether something is left of a digit under a loud voice that follows four plain ones after `pause`.
    private func passes(_ index: Int, after pause: Double, lookAhead: Double = 0.020) -> Bool {
        var sound = Sound(seed: UInt64(700 + index))
        for key in [Key.one, .five, .nine, .three] {
            _ = sound.press(key, 0.1, level: -14)
            sound.silence(0.2)
        }
        sound.silence(pause)
        let range = sound.press(Key.allCases[index % 12], 0.1, level: -14)
        sound.silence(0.2)
        let start = range.lowerBound - 1600
        for n in start..<sound.samples.count { sound.samples[n] += Self.loudVoice[400 * index + n - start] }
        sound.addNoise(0.0006)
        let output = Suppressed(sound.samples, .init(lookAhead: lookAhead, fill: .silence)).output
        return !output[range].allSatisfy { $0 == 0 }
    }

    @Test func `Under a loud voice, the next digit of a number is missed less often than a late one`() {
        let (next, late) = ((0..<60).count { passes($0, after: 0.1) }, (0..<60).count { passes($0, after: 5) })
        #expect(2 * next < late, "next \(next), late \(late) of 60")
    }

    @Test func `In a file, a digit that no receiver confirms is removed if it is the next of a number`() {
        let late = (0..<60).filter { passes($0, after: 5, lookAhead: 0.250) }
        #expect(!late.isEmpty, "a receiver proves every digit")
        let next = late.filter { passes($0, after: 0.1, lookAhead: 0.250) }
        #expect(next.isEmpty, "\(next) of \(late)")
    }

    /// The first key of a call has nothing but itself to be known by.
    @Test(arguments: [(6.0, 2), (9.0, 0), (12.0, 0)])
    func `A digit in noise is removed from its first milliseconds on`(ratio: Double, most: Int) {
        var late = 0
        for (index, key) in (0..<8).flatMap({ _ in Key.allCases }).enumerated() {
            var sound = Sound(seed: UInt64(100 + index))
            sound.silence(0.3)
            let range = sound.press(key, 0.12, level: -14, offset: index % 2 == 0 ? 0.008 : -0.005)
            sound.silence(0.2)
            let power = sound.samples[range].reduce(0.0) { $0 + Double($1 * $1) } / Double(range.count)
            sound.addNoise(Float((power * pow(10, -ratio / 10)).squareRoot()))
            let result = Suppressed(sound.samples, .init(fill: .silence))
            if result.output[range].filter({ $0 != 0 }).count > 24 { late += 1 }
        }
        #expect(late <= most, "of 128 keys \(ratio) dB over white noise")
    }

    @Test(arguments: [15.0, 20.0])
    func `A digit with much twist at first is removed from its first sample`(twist: Double) {
        for (index, key) in Key.allCases.enumerated() {
            var sound = Sound(seed: UInt64(200 + index))
            sound.silence(0.3)
            let start = sound.press(key, 0.020, level: -12, twist: twist)
            let rest = sound.press(key, 0.1, level: -12)
            sound.silence(0.2)
            sound.addNoise(0.0003)
            let output = Suppressed(sound.samples, .init(fill: .silence)).output
            #expect(output[start.lowerBound..<rest.upperBound].allSatisfy { $0 == 0 }, "key \(index)")
        }
    }

    @Test(arguments: [440.0, 700, 950, 1000, 1330, 1400])
    func `A beep of one frequency passes unchanged`(hz: Double) {
        var sound = Sound(seed: 17)
        sound.silence(1.3)
        for n in 0..<1200 {
            let ramp = Double(min(n, 1200 - n, 40)) / 40
            sound.samples[2400 + n] = Float(0.06 * ramp * sin(2 * Double.pi * hz / 8000 * Double(n)))
        }
        sound.addNoise(0.0003)
        let output = Suppressed(sound.samples, .init(fill: .silence)).output
        let changed = output.indices.count { output[$0] != sound.samples[$0] }
        #expect(changed == 0, "\(hz) Hz")
    }

    /// Bursts of 6 ms every `period` seconds: fragments of a digit, or with `decay` the pulses of a voice, which ring
    /// out.
    private func bursts(every period: Double, count: Int, decay: Double) -> (sound: Sound, ranges: [Range<Int>]) {
        var sound = Sound(seed: 19)
        sound.silence(0.3)
        let ranges = (0..<count).map { _ in
            let range = sound.press(.five, 0.006, level: -8)
            for index in range { sound.samples[index] *= Float(exp(-decay * Double(index - range.lowerBound) / 8000)) }
            sound.silence(period - 0.006)
            return range
        }
        sound.silence(0.3)
        sound.addNoise(0.0003)
        return (sound, ranges)
    }

    @Test(arguments: [0.020, 0.250])
    func `Pulses of a low voice pass, and fragments at the same distances are removed`(lookAhead: Double) {
        let voice = bursts(every: 0.014, count: 12, decay: 150)
        let voiced = Suppressed(voice.sound.samples, .init(lookAhead: lookAhead)).output
        // The first has nothing before it, the last nothing behind it.
        let inner = voice.ranges[1].lowerBound..<voice.ranges[10].upperBound
        #expect(voiced[inner].elementsEqual(voice.sound.samples[inner]))
        for period in [0.014, 0.020, 0.060] {
            let keys = bursts(every: period, count: 12, decay: 0)
            let output = Suppressed(keys.sound.samples, .init(lookAhead: lookAhead, fill: .silence)).output
            #expect(keys.ranges.allSatisfy { output[$0].allSatisfy { $0 == 0 } }, "every \(period) s")
        }
    }

    @Test(arguments: [0.020, 0.250])
    func `A fragment that ends just before the audio does is removed`(lookAhead: Double) {
        for length in [0.006, 0.010, 0.014] {
            var sound = Sound(seed: 23)
            sound.silence(0.3)
            let range = sound.press(.eight, length, level: -12)
            sound.silence(0.004)
            sound.addNoise(0.0003)
            let output = Suppressed(sound.samples, .init(lookAhead: lookAhead, fill: .silence)).output
            #expect(output[range].allSatisfy { $0 == 0 }, "\(length) s")
        }
    }
}
