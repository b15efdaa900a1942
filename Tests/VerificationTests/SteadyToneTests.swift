import Foundation
import Support
import Testing
import Verification

/// Keys under steady tones are found as keys alone are, wherever the tones lie.
@Suite(.ownThread) struct SteadyToneTests {
    @Test(
        arguments: [
            [350.0, 440], [425], [400, 450], [440, 480], [480, 620], [660], [1000], [1004], [1050], [1100], [1270],
            [1400], [1800], [2100], [2800], [203.5], [50, 150],
        ], [0.0, 6])
    func `Keys under steady tones as loud and twice as loud are found, and the tones give no finding`(
        tones: [Double], louder: Double
    ) throws {
        var keys = KeyRow(seed: 4, seconds: 0.06, level: -20, low: 0.012, high: -0.009)
        // The pair has twice the power of one of its tones.
        let level = -20 + louder + 10 * log10(2 / Double(tones.count))
        keys.add(tones, level: level)
        keys.sound.addNoise(level: -60)
        #expect(try keys.missed(0.06) == 0)
        var alone = Sound(seed: 5)
        alone.silence(4)
        keys.sound = alone
        keys.add(tones, level: level)
        #expect(try findings(keys.sound.samples).isEmpty)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `Keys beside the beginning and the end of a dial tone are found`(seed: UInt64) throws {
        var sound = Sound(seed: seed)
        sound.silence(1)
        var starts: [Double] = []
        for _ in 0..<3 {
            let key = keyFrequencies[Int(sound.random(in: 0...15.99))]
            sound.silence(sound.random(in: 0.05...0.15))
            starts.append(sound.seconds)
            sound.pair(key.low, key.high, seconds: 0.08, level: -16)
            sound.silence(sound.random(in: 0.02...0.06))
            sound.pair(425, 425, seconds: 2, level: -16)
        }
        sound.silence(0.5)
        sound.addNoise(level: -60)
        let found = try findings(sound.samples)
        for start in starts {
            #expect(
                found.contains { abs(Double($0.start) / 8000 - start) < 0.02 && $0.kind == .digit },
                "seed \(seed), \(start) s")
        }
        #expect(found.count == starts.count)
    }

    @Test(arguments: [false, true])
    func `A key held for three seconds is one digit, also under a dial tone`(isUnderTone: Bool) throws {
        var keys = KeyRow(seed: 1, seconds: 0.05, level: -14, low: 0, high: 0)
        var sound = Sound(seed: 2)
        sound.silence(2)
        sound.pair(852, 1477, seconds: 3, level: -14)
        sound.silence(2)
        sound.addNoise(level: -60)
        keys.sound = sound
        if isUnderTone { keys.add([425], level: -14) }
        let found = try findings(keys.sound.samples)
        #expect(found.map(\.revealedKey) == ["9"])
        #expect(found.allSatisfy { abs($0.start - 16000) < 200 && abs($0.end - 40000) < 200 })
    }
}
