import DTMF
import Glibc
import Suppression
import Support
import Testing

/// Speech in which a receiver would detect a digit.
@Suite(.ownThread) struct TalkOffTests {
    private static let rate = 8000.0
    private static let seed: UInt64 = 41717

    /// A vowel of 300 ms that rises and falls slowly in a voice. Two of its harmonics lie at the tones of `key`.
    ///
    /// - Parameter twist: Amplitude of the high tone over that of the low one.
    private static func vowel(like key: Key, twist: Float, seed: UInt64) -> (samples: [Float], vowel: Range<Int>) {
        var sound = Sound(seed: seed)
        sound.voice(0.8)
        let start = sound.samples.count
        let partials: [(hz: Double, level: Float)] = [
            (240, 1.0), (key.lowHz, 1), (key.highHz, twist), (2300, 0.5), (2900, 0.4),
        ]
        let phases = partials.map { _ in Double.random(in: 0..<6.28, using: &sound.generator) }
        for n in 0..<2400 {
            let swell = Float(sin(Double.pi * Double(n) / 2400))
            sound.samples.append(
                zip(partials, phases).reduce(0) { sum, partial in
                    let ((hz, level), phase) = partial
                    return sum + 0.1 * swell * level * Float(sin(2 * Double.pi * hz * Double(n) / rate + phase))
                })
        }
        let end = sound.samples.count
        sound.voice(0.5)
        return (sound.samples, start..<end)
    }

    private static let cosines = waves(cos)
    private static let sines = waves(sin)

    /// 40 ms of each tone.
    private static func waves(_ wave: (Double) -> Double) -> [[Double]] {
        ToneFrequency.all.map { hz in (0..<320).map { wave(2 * Double.pi * hz * Double($0) / rate) } }
    }

    /// Each tone's share of all power in up to 40 ms; `nil` if there is too little of it.
    private static func powers(in window: ArraySlice<Float>) -> [Double]? {
        let total = window.reduce(0) { $0 + Double($1) * Double($1) }
        guard total > 1e-3 else { return nil }
        return ToneFrequency.all.indices.map { tone in
            let re = zip(window, cosines[tone]).reduce(0) { $0 + Double($1.0) * $1.1 }
            let im = zip(window, sines[tone]).reduce(0) { $0 + Double($1.0) * $1.1 }
            return (re * re + im * im) / (Double(window.count) / 2 * total)
        }
    }

    /// Digits that a receiver with few checks reads: 40 ms, in steps of 10 ms from sample `phase` on, 40 % of all
    /// power, 4 dB of twist, 10 dB over the other tones of each group.
    private static func read(_ samples: [Float], phase: Int) -> Int {
        let count = cosines[0].count
        var keys = 0
        for start in stride(from: phase, through: samples.count - count, by: 80) {
            guard let powers = powers(in: samples[start..<start + count]) else { continue }
            func strongest(_ group: ArraySlice<Double>) -> Double? {
                let sorted = group.sorted()
                return sorted[2] > 0.1 * sorted[3] ? nil : sorted[3]
            }
            guard let low = strongest(powers[..<4]), let high = strongest(powers[4...]) else { continue }
            if low + high > 0.4, low > 0.4 * high, high > 0.4 * low { keys += 1 }
        }
        return keys
    }

    @Test(arguments: Key.allCases)
    func `A receiver reads no digit in a vowel, and most of the vowel is left`(key: Key) {
        let seed = Self.seed &+ UInt64(Key.allCases.firstIndex(of: key) ?? 0)
        let twist: Float = seed.isMultiple(of: 2) ? 0.85 : 1.2
        let (samples, vowel) = Self.vowel(like: key, twist: twist, seed: seed)
        #expect(Self.read(samples, phase: 0) > 20)
        let result = Suppressed(samples)
        Self.expectNothing(in: result.output)
        #expect(result.events.allSatisfy { $0.kind == .talkOff && $0.start >= vowel.lowerBound - 320 })
        #expect(result.counts[0].talkOffs == result.events.count && result.counts[0].presses == 0)
        let lost = zip(samples, result.output).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        let all = samples[vowel].map { $0 * $0 }.reduce(0, +)
        #expect(lost < 0.15 * all)
        // Outside the events the voice is the same to the bit.
        let told = result.events.reduce(into: Set<Int>()) { $0.formUnion($1.start..<$1.end) }
        #expect(samples.indices.allSatisfy { samples[$0] == result.output[$0] || told.contains($0) })
        // In a file the receiver may confirm a press where a stream hears a vowel: in both no digit is read.
        Self.expectNothing(in: Suppressed(samples, Suppressor.Configuration(lookAhead: 0.25)).output)
    }

    /// Expects that no key is read, as it is and overdriven by 20 dB, wherever the receiver's blocks begin.
    private static func expectNothing(in samples: [Float]) {
        let overdriven = samples.map { max(-1, min(1, 10 * $0)) }
        for phase in stride(from: 0, to: 80, by: 20) {
            #expect(read(samples, phase: phase) == 0)
            #expect(read(overdriven, phase: phase) == 0, "overdriven")
        }
    }

    /// A vowel of 104 ms whose tones change their phase every 13 ms.
    ///
    /// A receiver of two short blocks hears a digit; one that hears 24 ms at once hears less of it.
    private static func restlessVowel(like key: Key, seed: UInt64) -> [Float] {
        var sound = Sound(seed: seed)
        sound.voice(0.8)
        for block in 0..<8 {
            let swell = Float(sin(Double.pi * (Double(block) + 0.5) / 8))
            let partials: [(hz: Double, level: Float)] = [(key.lowHz, 1), (key.highHz, 0.31), (2600, 0.25)]
            let phases = partials.map { _ in
                Double(block) * 2.6 + Double.random(in: -0.2...0.2, using: &sound.generator)
            }
            for n in 0..<104 {
                sound.samples.append(
                    zip(partials, phases).reduce(0) { sum, partial in
                        let ((hz, level), phase) = partial
                        return sum + 0.2 * swell * level * Float(sin(2 * Double.pi * hz * Double(n) / rate + phase))
                    })
            }
        }
        sound.voice(0.5)
        return sound.samples
    }

    /// Digits that a receiver of two blocks reads: blocks of 102 samples from `phase` on, two running of which hold one
    /// pair with 82 % of all power, 12 dB of twist, 8 dB over the other tones of each group.
    private static func readTwice(_ samples: [Float], phase: Int) -> Int {
        let count = 102
        var (last, keys) = (-1, 0)
        for start in stride(from: phase, through: samples.count - count, by: count) {
            let powers = powers(in: samples[start..<start + count]) ?? Array(repeating: 0, count: 8)
            func strongest(_ group: Range<Int>) -> Int? {
                let sorted = group.sorted { powers[$0] < powers[$1] }
                return powers[sorted[2]] > 0.158 * powers[sorted[3]] ? nil : sorted[3]
            }
            var heard = -1
            if let low = strongest(0..<4), let high = strongest(4..<8), powers[low] + powers[high] > 0.82,
                powers[low] > 0.063 * powers[high], powers[high] > 0.063 * powers[low]
            {
                heard = 4 * low + high
            }
            if heard >= 0, heard == last { keys += 1 }
            last = heard
        }
        return keys
    }

    @Test(arguments: [Key.one, .five, .six, .star, .zero, .c])
    func `A receiver of two blocks reads no digit in a vowel whose phase changes`(key: Key) {
        let samples = Self.restlessVowel(like: key, seed: Self.seed)
        let phases = stride(from: 0, to: 102, by: 3)
        #expect(phases.contains { Self.readTwice(samples, phase: $0) > 0 })
        let output = Suppressed(samples).output
        for phase in phases { #expect(Self.readTwice(output, phase: phase) == 0, "blocks from \(phase) on") }
    }

    @Test func `Of 320 other vowels, receivers read a digit in 3 at most`() {
        let read = (1...20 as ClosedRange<UInt64>).flatMap { seed in
            Key.allCases.filter { key in
                let output = Suppressed(Self.vowel(like: key, twist: 1, seed: seed).samples).output
                let overdriven = output.map { max(-1, min(1, 10 * $0)) }
                return stride(from: 0, to: 80, by: 20).contains {
                    Self.read(output, phase: $0) > 0 || Self.read(overdriven, phase: $0) > 0
                }
            }
        }
        #expect(read.count <= 3, "\(read)")
    }

    @Test func `Of 80 other vowels whose phase changes, a receiver of two blocks reads a digit in 2 at most`() {
        let read = (1...20 as ClosedRange<UInt64>).flatMap { seed in
            [Key.one, .six, .zero, .c].filter { key in
                let output = Suppressed(Self.restlessVowel(like: key, seed: seed)).output
                return stride(from: 0, to: 102, by: 3).contains { Self.readTwice(output, phase: $0) > 0 }
            }
        }
        #expect(read.count <= 2, "\(read)")
    }

    @Test func `The output does not depend on how the input is cut`() {
        let (samples, _) = Self.vowel(like: .five, twist: 0.9, seed: 7)
        let whole = Suppressed(samples).output
        for size in [1, 7, 333, 5000] { #expect(Suppressed(samples, blocks: { _ in size }).output == whole) }
    }
}
