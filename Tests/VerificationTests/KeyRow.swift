import Foundation
import Support
import Verification

/// Forty keys in a row, and the count of those that the verifier misses.
struct KeyRow {
    var sound: Sound
    var starts: [Double] = []

    /// Forty keys in a row, each tone off by a fraction, 60 to 140 ms apart.
    ///
    /// - Parameter twists: High tone over low tone in dB, a number between the bounds for each key.
    init(
        seed: UInt64, seconds: Double, level: Double, low: Double, high: Double, twists: ClosedRange<Double> = -4...4
    ) {
        sound = Sound(seed: seed)
        sound.silence(1)
        for index in 0..<40 {
            starts.append(sound.seconds)
            let key = keyFrequencies[(7 * index) % 16]
            sound.pair(
                key.low * (1 + low), key.high * (1 + high), seconds: seconds, level: level,
                twist: sound.random(in: twists))
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
