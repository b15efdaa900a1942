import Support
import Testing
import Verification

/// All findings of a verifier in interleaved samples, given in blocks of `block()` frames.
func findings(
    _ samples: [Float], rate: Double = 8000, channels: Int = 1, block: () -> Int = { 4096 }
) throws -> [Finding] {
    var verifier = try Verifier(sampleRate: rate, channels: channels)
    var found: [Finding] = []
    var at = 0
    while at < samples.count {
        let end = min(samples.count, at + block() * channels)
        let piece = Array(samples[at..<end])
        verifier.process(piece.span) { found.append($0) }
        at = end
    }
    verifier.finish { found.append($0) }
    return found
}

@Suite(.ownThread) struct VerifierTests {
    @Test(arguments: [8000.0, 11025, 16000, 22050, 32000, 44100, 48000])
    func `Every key of 50 ms is one digit at its place, at every rate`(rate: Double) throws {
        var sound = Sound(rate: rate)
        var starts: [Double] = []
        for (_, low, high) in keyFrequencies {
            sound.silence(0.1)
            starts.append(sound.seconds)
            sound.pair(low, high, seconds: 0.05, level: -12)
        }
        sound.silence(0.3)
        let found = try findings(sound.samples, rate: rate)
        #expect(found.map(\.revealedKey) == keyFrequencies.map(\.key))
        #expect(found.allSatisfy { $0.kind == .digit })
        for (finding, start) in zip(found, starts) {
            #expect(abs(Double(finding.start) / rate - start) < 0.008)
            #expect(abs(Double(finding.end) / rate - start - 0.05) < 0.008)
            #expect(abs(finding.levelDBm0 + 12) < 1)
        }
    }

    @Test(arguments: [-5.0, -20, -45])
    func `98 of 100 fragments of 8 ms are found`(level: Double) throws {
        var sound = Sound(seed: 7)
        sound.silence(0.2)
        let count = 200
        for index in 0..<count {
            let key = keyFrequencies[index % 16]
            let (a, b) = (sound.random(in: 0.985...1.015), sound.random(in: 0.985...1.015))
            sound.pair(key.low * a, key.high * b, seconds: 0.008, level: level, twist: sound.random(in: -6...4))
            sound.silence(0.15)
        }
        sound.addNoise(level: -70)
        let found = try findings(sound.samples)
        #expect(found.count >= count * 98 / 100 && found.count <= count)
        #expect(found.allSatisfy { $0.kind == .fragment })
    }

    @Test func `The findings do not depend on how the audio is cut`() throws {
        var sound = Sound(seed: 3)
        for key in keyFrequencies {
            sound.silence(sound.random(in: 0.04...0.2))
            sound.pair(key.low, key.high, seconds: sound.random(in: 0.008...0.2))
        }
        sound.silence(0.2)
        sound.addNoise(level: -50)
        let whole = try findings(sound.samples, block: { .max / 4 })
        #expect(whole.count >= 15)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5 {
            #expect(try findings(sound.samples, block: { .random(in: 1...700, using: &generator) }) == whole)
        }
    }

    @Test func `Each channel has its own findings`() throws {
        var (left, right) = (Sound(), Sound())
        left.silence(0.5)
        left.pair(770, 1336, seconds: 0.1)
        left.silence(0.4)
        right.silence(1)
        let both = zip(left.samples, right.samples).flatMap { [$1, $0] }
        let found = try findings(both, channels: 2)
        #expect(found.map(\.channel) == [1])
    }

    @Test func `A tone that begins or ends the recording is found`() throws {
        var sound = Sound()
        sound.pair(697, 1209, seconds: 0.06)
        sound.silence(0.3)
        sound.pair(852, 1477, seconds: 0.06)
        let found = try findings(sound.samples)
        #expect(found.map(\.revealedKey) == ["1", "9"])
        #expect(found.allSatisfy { $0.start >= 0 && $0.end <= sound.samples.count })
    }

    @Test func `Dial tones, single tones, tones 6 % off and noise give no finding`() throws {
        let others = [
            (350.0, 440.0), (480, 620), (440, 480), (700, 700), (1336, 1336), (697, 1284), (739, 1209), (1100, 2100),
        ]
        for (low, high) in others {
            var sound = Sound()
            sound.silence(0.2)
            sound.pair(low, high, seconds: 1)
            sound.silence(0.2)
            #expect(try findings(sound.samples).isEmpty, "\(low) + \(high) Hz")
        }
        var noise = Sound(seed: 11)
        noise.silence(20)
        noise.addNoise(level: -15)
        #expect(try findings(noise.samples).isEmpty)
    }

    @Test func `A rate or a number of channels out of range is refused`() {
        #expect(throws: VerificationError.sampleRate(2000)) { _ = try Verifier(sampleRate: 2000, channels: 1) }
        #expect(throws: VerificationError.channels(0)) { _ = try Verifier(sampleRate: 8000, channels: 0) }
        #expect(throws: VerificationError.channels(65)) { _ = try Verifier(sampleRate: 8000, channels: 65) }
    }

    @Test func `Samples that are NaN, infinite or far too large do no harm`() throws {
        var sound = Sound()
        sound.silence(0.3)
        sound.pair(770, 1336, seconds: 0.2)
        sound.silence(0.3)
        var samples = sound.samples
        for index in stride(from: 100, to: 900, by: 37) { samples[index] = [.nan, .infinity, -1e30][index % 3] }
        #expect(try findings(samples).contains { $0.revealedKey == "5" })
    }
}
