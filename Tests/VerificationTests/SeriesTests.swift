import Foundation
import Support
import Testing
import Verification

/// Keys that none of the windows shows clearly are found by the keys around them.
@Suite(.ownThread) struct SeriesTests {
    @Test(arguments: [-0.06, -0.045, -0.03, 0.03, 0.045, 0.06])
    func `Of the keys of a recording that is off speed at most one of forty is missed`(speed: Double) throws {
        for seed in UInt64(1)...2 {
            var keys = KeyRow(seed: seed, seconds: 0.08, level: -14, low: speed - 0.002, high: speed + 0.002)
            keys.sound.addNoise(level: -50)
            #expect(try keys.missed(0.08) <= 1, "seed \(seed)")
        }
    }

    @Test(arguments: [-18.0, -15, 12, 15, 18])
    func `Keys whose one tone is 12 to 18 dB weaker are found`(twist: Double) throws {
        var keys = KeyRow(seed: 3, seconds: 0.08, level: -10, low: 0.006, high: -0.006, twists: twist...twist)
        keys.sound.addNoise(level: -60)
        #expect(try keys.missed(0.08) == 0)
    }

    @Test func `In noise as loud as the pair at most two keys of forty are missed`() throws {
        for seed in UInt64(1)...4 {
            var keys = KeyRow(seed: seed, seconds: 0.1, level: -14, low: 0.004, high: -0.004, twists: -2...2)
            keys.sound.addNoise(level: -12)
            #expect(try keys.missed(0.1) <= 2, "seed \(seed)")
        }
    }

    @Test func `Of keys that are clipped by 22 dB at most one of forty is missed`() throws {
        for seed in UInt64(1)...4 {
            var keys = KeyRow(seed: seed, seconds: 0.08, level: -14, low: 0.004, high: -0.004)
            let limit = (keys.sound.samples.map(abs).max() ?? 1) / 12.6
            var clipped = Sound(seed: seed)
            clipped.silence(keys.sound.seconds)
            clipped.add(keys.sound.samples.map { max(-limit, min(limit, $0)) })
            keys.sound = clipped
            #expect(try keys.missed(0.08) <= 1, "seed \(seed)")
        }
    }

    @Test(arguments: [-0.06, -0.03, 0.03, 0.06])
    func `A recording of one press that is off speed is found`(speed: Double) throws {
        for (key, low, high) in keyFrequencies {
            var sound = Sound(seed: 8)
            sound.pair(low * (1 + speed), high * (1 + speed), seconds: 0.1, level: -12)
            sound.addNoise(level: -40)
            #expect(try !findings(sound.samples).isEmpty, "\(key)")
        }
    }

    @Test func `A key with its low tone 3 percent off is found where it is quiet`() throws {
        for (key, low, high) in keyFrequencies {
            var sound = Sound(seed: 8)
            sound.silence(1)
            sound.pair(low * 1.03, high, seconds: 0.1, level: -12)
            sound.silence(1)
            sound.addNoise(level: -60)
            #expect(try findings(sound.samples).count == 1, "\(key)")
        }
    }

    @Test func `One chord over and over gives no finding amid notes`() throws {
        // F5 and E6 are 0.2 and 1.3 % off the key 2.
        for seed in UInt64(1)...4 {
            var music = Sound(seed: seed)
            while music.seconds < 20 {
                for _ in 0..<3 {
                    let note = 69 + music.random(in: 7...14).rounded()
                    let hz = 440 * pow(2, (note - 69) / 12)
                    music.pair(hz, hz * 1.4983, seconds: music.random(in: 0.1...0.2), level: -14)
                    music.silence(0.02)
                }
                music.pair(698.46, 1318.51, seconds: music.random(in: 0.06...0.15), level: -14)
                music.silence(0.03)
            }
            let found = try findings(music.samples).filter { $0.revealedKey == "2" }
            #expect(found.isEmpty, "seed \(seed)")
        }
    }

    @Test func `The order of the findings is that of time`() throws {
        var keys = KeyRow(seed: 12, seconds: 0.06, level: -14, low: 0.004, high: -0.004)
        keys.sound.addNoise(level: -18)
        let found = try findings(keys.sound.samples)
        #expect(found.count >= 36)
        #expect(found.map(\.start) == found.map(\.start).sorted())
    }
}
