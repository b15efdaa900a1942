import DTMF
import Glibc
import Support
import Suppression
import Testing

/// Digits of a number that louder sound hides for a while.
@Suite(.ownThread) struct HiddenToneTests {
    /// Keys of which something passes if noise, `decibel` over the key, hides 80 ms of each from `start` seconds on.
    private func passing(from start: Double, decibel: Double, lookAhead: Double) -> [Key] {
        Key.allCases.filter { key in
            var sound = Sound(seed: 300 + UInt64(key.rawValue))
            for before in [Key.one, .five, .nine] {
                _ = sound.press(before, 0.1, level: -14)
                sound.silence(0.2)
            }
            let range = sound.press(key, 0.3, level: -14)
            sound.silence(0.3)
            let power = sound.samples[range].reduce(0) { $0 + $1 * $1 } / Float(range.count)
            let loud = (power * Float(pow(10, decibel / 10))).squareRoot()
            let first = range.lowerBound + Int(start * 8000)
            for index in first..<first + 640 {
                sound.samples[index] += loud * Float.random(in: -1.73...1.73, using: &sound.generator)
            }
            sound.addNoise(0.0006)
            let output = Suppressed(sound.samples, .init(lookAhead: lookAhead, fill: .silence)).output
            return !output[range].allSatisfy { $0 == 0 }
        }
    }

    @Test(arguments: [0.020, 0.250])
    func `A digit is removed to its end although noise hides its middle`(lookAhead: Double) {
        #expect(passing(from: 0.1, decibel: 10, lookAhead: lookAhead).isEmpty)
    }

    @Test func `In a file, a digit is removed from its beginning although noise hides that`() {
        let passing = passing(from: 0, decibel: 6, lookAhead: 0.250)
        #expect(passing.count <= 1, "\(passing)")
    }
}
