import DTMF
import Glibc
import Support
import Suppression
import Testing

/// A recording is seen 250 ms ahead: every suspect span is confirmed or revoked before its first sample leaves.
@Suite(.ownThread) struct ConfirmationTests {
    private static let recording = Suppressor.Configuration(
        lookAhead: Suppressor.Configuration.recordingLookAhead, fill: .silence)

    @Test(arguments: [UInt64(1), 2, 3])
    func `Output and events of a recording do not depend on how it is cut`(seed: UInt64) {
        let call = SuppressorTests.call(seed: seed)
        let whole = Suppressed(call, channels: 2, Self.recording, blocks: { _ in call.count })
        #expect(whole.output.count == call.count)
        #expect(whole.events.contains { $0.kind == .press } && whole.events.contains { $0.kind == .echo })
        for size in [1, 7, 160, 4096] {
            let cut = Suppressed(call, channels: 2, Self.recording, blocks: { _ in size })
            #expect(cut.output == whole.output && cut.events == whole.events, "blocks of \(size)")
        }
    }

    @Test(arguments: [8000.0, 16000, 44100])
    func `Presses and fragments are removed, and everything else is unchanged`(rate: Double) {
        var sound = Sound(seed: 41)
        sound.silence(0.4, rate: rate)
        var tones: [Range<Int>] = []
        for (key, length) in [(Key.one, 0.01), (.five, 0.02), (.nine, 0.03), (.zero, 0.06), (.d, 0.2), (.star, 3)] {
            tones.append(sound.press(key, length, level: -14, rate: rate))
            sound.silence(0.3, rate: rate)
        }
        sound.addNoise(0.0006)
        let result = Suppressed(sound.samples, rate: rate, Self.recording)
        var mayChange = [Bool](repeating: false, count: sound.samples.count)
        for tone in tones {
            #expect(result.output[tone].allSatisfy { $0 == 0 }, "\(tone.count) samples")
            for index in (tone.lowerBound - Int(0.06 * rate))..<(tone.upperBound + Int(0.06 * rate)) {
                mayChange[index] = true
            }
        }
        #expect(sound.samples.indices.allSatisfy { mayChange[$0] || result.output[$0] == sound.samples[$0] })
    }

    @Test func `A voice passes to the bit`() {
        var sound = Sound(seed: 43)
        sound.voice(12, level: 0.2)
        #expect(Suppressed(sound.samples, Self.recording).output == sound.samples)
    }

    /// Of each seed one key began 20 ms late when its frequencies were taken from 6 ms alone.
    @Test(arguments: [UInt64(500), 2000])
    func `A digit is removed from its first sample although a voice bends it where it is purest`(seed: UInt64) {
        for (number, key) in Key.allCases.enumerated() {
            var sound = Sound(seed: seed &+ UInt64(number))
            sound.voice(0.5, level: 0.05)
            let press = sound.press(key, 0.2)
            sound.voice(0.5, level: 0.05)
            for index in press where index < press.lowerBound + 600 {
                sound.samples[index] += 0.17 * Float.random(in: -1.73...1.73, using: &sound.generator)
            }
            // A harmonic beside the higher tone, for as long as the rest of the voice is quiet.
            let phase = Double.random(in: 0..<6.28, using: &sound.generator)
            for index in 600..<1000 {
                let turn = 2 * Double.pi * (key.highHz + 18) / 8000
                sound.samples[press.lowerBound + index] += 0.11 * Float(sin(turn * Double(index) + phase))
            }
            let result = Suppressed(sound.samples, Self.recording)
            #expect(result.output[press].allSatisfy { $0 == 0 }, "\(key)")
        }
    }

    @Test func `A fragment that rises in two milliseconds is removed`() {
        for length in [0.006, 0.008, 0.012] {
            for key in [Key.one, .three, .eight, .pound] {
                var sound = Sound(seed: 44)
                sound.silence(0.2)
                let range = sound.press(key, length)
                for index in 0..<16 { sound.samples[range.lowerBound + index] *= Float(index) / 16 }
                sound.silence(0.2)
                sound.addNoise(0.0008)
                let result = Suppressed(sound.samples, .init(fill: .silence))
                let left = result.output[range].reduce(0.0) { $0 + Double($1 * $1) }
                let whole = sound.samples[range].reduce(0.0) { $0 + Double($1 * $1) }
                #expect(left < 0.0025 * whole, "\(length) s")
            }
        }
    }
}
