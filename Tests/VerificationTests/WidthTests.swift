import Foundation
import Support
import Testing
import Verification

/// Keys that a receiver detects are found, whatever their frequency error and whatever steady tone lies under them.
@Suite(.ownThread) struct WidthTests {
    private struct Keys {
        var sound: Sound
        var starts: [Double] = []

        /// Forty keys in a row, each tone off by a fraction, 60 to 140 ms apart.
        init(seed: UInt64, seconds: Double, level: Double, low: Double, high: Double) {
            sound = Sound(seed: seed)
            sound.silence(1)
            for index in 0..<40 {
                starts.append(sound.seconds)
                let key = keyFrequencies[(7 * index) % 16]
                sound.pair(
                    key.low * (1 + low), key.high * (1 + high), seconds: seconds, level: level,
                    twist: sound.random(in: -4...4))
                sound.silence(sound.random(in: 0.06...0.14))
            }
            sound.silence(1)
        }

        /// Adds steady tones from beginning to end.
        mutating func add(_ tones: [Double], level: Double) {
            let amplitude = Float(pow(10, (level - 3.14) / 20))
            for hz in tones {
                let turn = 2 * Double.pi * hz / 8000
                sound.add(sound.samples.indices.map { amplitude * Float(sin(turn * Double($0))) })
            }
        }

        /// Keys that no finding lies in.
        func missed(_ seconds: Double) throws -> Int {
            let found = try findings(sound.samples)
            return starts.count { start in
                !found.contains {
                    Double($0.start) / 8000 < start + seconds && Double($0.end) / 8000 > start
                }
            }
        }
    }

    @Test(arguments: [-0.021, -0.02, -0.019, -0.018, 0.018, 0.019, 0.02, 0.021], [0.04, 0.05, 0.1])
    func `Keys up to 2.1 percent off are found, also close together`(offset: Double, seconds: Double) throws {
        for (seed, (low, high)) in [(offset, offset), (offset, 0), (0, offset)].enumerated() {
            var keys = Keys(seed: UInt64(seed), seconds: seconds, level: -14, low: low, high: high)
            keys.sound.addNoise(level: -50)
            #expect(try keys.missed(seconds) == 0, "off by \(low), \(high)")
        }
    }

    @Test(arguments: [-0.018, 0.018])
    func `A key with tones off in opposite directions is not an octave`(offset: Double) throws {
        let keys = Keys(seed: 9, seconds: 0.07, level: -14, low: offset, high: -offset)
        #expect(try keys.missed(0.07) == 0)
    }

    @Test(arguments: [[350.0, 440], [425], [400]])
    func `Keys under a dial tone as loud are found, and the dial tone gives no finding`(tones: [Double]) throws {
        var keys = Keys(seed: 4, seconds: 0.06, level: -14, low: 0.012, high: -0.009)
        keys.add(tones, level: -14)
        keys.sound.addNoise(level: -50)
        #expect(try keys.missed(0.06) == 0)
        var alone = Sound(seed: 5)
        alone.silence(4)
        keys.sound = alone
        keys.add(tones, level: -14)
        #expect(try findings(keys.sound.samples).isEmpty)
    }

    @Test func `In noise 3 dB under keys of 80 ms at most one of forty is missed`() throws {
        for seed in UInt64(1)...4 {
            var keys = Keys(seed: seed, seconds: 0.08, level: -14, low: 0.004, high: -0.004)
            keys.sound.addNoise(level: -17)
            #expect(try keys.missed(0.08) <= 1, "seed \(seed)")
        }
    }
}
