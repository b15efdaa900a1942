import Foundation
import Support
import Testing
import Verification

/// A tune in two parts: chords of two equally tempered notes that ring out, one after another.
///
/// Its lower part leaves out F5 and A#5, which are a key's own frequencies: with a higher note they may be a key.
private func tune(seed: UInt64, seconds: Double) -> Sound {
    var tune = Sound(seed: seed)
    tune.silence(seconds)
    let lower = [76.0, 78, 79, 80, 81, 83]
    var at = 0
    while at < tune.samples.count {
        let length = Int(tune.random(in: 0.12...0.4) * tune.rate)
        let (low, high) = (note(lower[Int(tune.random(in: 0...5.99))]), note(tune.random(in: 86...93)))
        let (level, decay) = (tune.random(in: 0.02...0.2), tune.random(in: 0.1...0.5))
        let balance = tune.random(in: 0.5...1.5)
        let chord = (0..<length).map { index in
            let time = Double(index) / 8000
            let notes = sin(2 * Double.pi * low * time) + balance * sin(2 * Double.pi * high * time)
            return Float(level * exp(-time / decay) * notes)
        }
        tune.add(chord, at: at)
        at += length
    }
    return tune
}

/// Frequency in Hz of the whole MIDI note next to `number` (69 is 440 Hz).
private func note(_ number: Double) -> Double { 440 * pow(2, (number.rounded() - 69) / 12) }

@Suite(.ownThread) struct MusicTests {
    @Test func `The chords of a tune give no finding, although some do by themselves`() throws {
        // G5 and E6 are 1.8 and 1.3 % off the key 5.
        var alone = Sound()
        alone.silence(1.5)
        alone.pair(note(79), note(88), seconds: 0.1)
        alone.silence(1.5)
        #expect(try findings(alone.samples).count == 1)
        for seed in 1...5 as ClosedRange<UInt64> {
            #expect(try findings(tune(seed: seed, seconds: 60).samples).isEmpty, "seed \(seed)")
        }
    }

    @Test func `Keys over a tune 20 dB below them are found`() throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var keys = Sound(seed: seed)
            for key in keyFrequencies {
                keys.silence(keys.random(in: 0.3...0.9))
                let (a, b) = (keys.random(in: 0.988...1.012), keys.random(in: 0.988...1.012))
                keys.pair(key.low * a, key.high * b, seconds: keys.random(in: 0.07...0.2), level: -5)
            }
            keys.silence(0.5)
            let music = tune(seed: seed, seconds: keys.seconds)
            let loudest = music.samples.map(abs).max() ?? 1
            keys.add(music.samples.map { 0.04 * $0 / loudest })
            let found = try findings(keys.samples).filter { $0.kind == .digit }
            #expect(found.map(\.revealedKey) == keyFrequencies.map(\.key), "seed \(seed)")
        }
    }
}
