import Foundation
import Support
import Testing
import Verification

/// Keys that a receiver detects are found, whatever their frequency error, and in noise.
@Suite(.ownThread) struct WidthTests {
    @Test(arguments: [-0.021, -0.02, -0.019, -0.018, 0.018, 0.019, 0.02, 0.021], [0.04, 0.05, 0.1])
    func `Keys up to 2.1 percent off are found, also close together`(offset: Double, seconds: Double) throws {
        for (seed, (low, high)) in [(offset, offset), (offset, 0), (0, offset)].enumerated() {
            var keys = KeyRow(seed: UInt64(seed), seconds: seconds, level: -14, low: low, high: high)
            keys.sound.addNoise(level: -50)
            #expect(try keys.missed(seconds) == 0, "off by \(low), \(high)")
        }
    }

    @Test(arguments: [-0.018, 0.018])
    func `A key with tones off in opposite directions is not an octave`(offset: Double) throws {
        let keys = KeyRow(seed: 9, seconds: 0.07, level: -14, low: offset, high: -offset)
        #expect(try keys.missed(0.07) == 0)
    }

    @Test func `In noise 3 dB under keys of 80 ms at most one of forty is missed`() throws {
        for seed in UInt64(1)...4 {
            var keys = KeyRow(seed: seed, seconds: 0.08, level: -14, low: 0.004, high: -0.004)
            keys.sound.addNoise(level: -17)
            #expect(try keys.missed(0.08) <= 1, "seed \(seed)")
        }
    }
}
