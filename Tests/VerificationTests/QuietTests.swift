import Foundation
import Support
import Testing
import Verification

/// What a decoder can still use is found, however quiet it is.
@Suite(.ownThread) struct QuietTests {
    @Test(arguments: [-45.0, -55, -65, -70])
    func `Keys far below the least level of a receiver are found where the noise is lower`(level: Double) throws {
        for seed in UInt64(1)...2 {
            var keys = KeyRow(seed: seed, seconds: 0.05, level: level, low: 0.008, high: -0.006)
            keys.sound.addNoise(level: max(level - 20, -85))
            // As in a file of 16 bits.
            var rounded = Sound(seed: seed)
            rounded.silence(keys.sound.seconds)
            rounded.add(keys.sound.integers.map { Float($0) / 32768 })
            keys.sound = rounded
            #expect(try keys.missed(0.05) == 0, "seed \(seed)")
        }
    }

    @Test(arguments: [-46.0, -52, -58])
    func `Tails that fall by 9 dB in 20 ms are found`(level: Double) throws {
        var keys = KeyRow(seed: 6, seconds: 0.02, level: level, low: 0.004, high: 0.004)
        var tails = Sound(seed: 7)
        tails.silence(keys.sound.seconds)
        for start in keys.starts {
            let first = Int(start * 8000)
            let key = keys.sound.samples[first..<first + 160]
            tails.add(key.enumerated().map { $1 * Float(exp(-Double($0) / 160)) }, at: first)
        }
        tails.addNoise(level: -82)
        keys.sound = tails
        #expect(try keys.missed(0.02) <= 1)
    }

    @Test func `Noise alone and rounding alone give no finding at any level`() throws {
        for level in stride(from: -90.0, through: -30, by: 10) {
            var noise = Sound(seed: 3)
            noise.silence(8)
            noise.addNoise(level: level)
            #expect(try findings(noise.integers.map { Float($0) / 32768 }).isEmpty, "\(level) dBm0")
        }
    }
}
