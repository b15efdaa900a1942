import Foundation

/// Sounds for tests of what listens, made without the package's own generator.
public struct Sound {
    public let rate: Double
    public private(set) var samples: [Float] = []
    private var generator: SeededGenerator

    public init(rate: Double = 8000, seed: UInt64 = 1) {
        self.rate = rate
        generator = SeededGenerator(seed: seed)
    }

    /// Seconds so far.
    public var seconds: Double { Double(samples.count) / rate }

    /// Appends silence.
    public mutating func silence(_ seconds: Double) {
        samples += [Float](repeating: 0, count: Int(seconds * rate))
    }

    /// Appends two sines; the level (dBm0) is the stronger one's, twist is high over low in dB.
    public mutating func pair(_ low: Double, _ high: Double, seconds: Double, level: Double = -10, twist: Double = 0) {
        let a = pow(10, (level - max(twist, 0) - 3.14) / 20)
        let b = pow(10, (level + min(twist, 0) - 3.14) / 20)
        let (p, q) = (Double.random(in: 0..<6.28, using: &generator), Double.random(in: 0..<6.28, using: &generator))
        for n in 0..<Int(seconds * rate) {
            let time = 2 * Double.pi * Double(n) / rate
            samples.append(Float(a * sin(low * time + p) + b * sin(high * time + q)))
        }
    }

    /// Adds Gaussian noise at `level` dBm0 to everything so far.
    public mutating func addNoise(level: Double) {
        let sigma = pow(10, (level - 3.14) / 20) / 2.0.squareRoot()
        for index in samples.indices {
            let (u, v) = (
                Double.random(in: 1e-12..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
            )
            samples[index] += Float(sigma * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
    }

    /// Adds `other` to the sound from frame `start` on. Frames beyond the end are left out.
    public mutating func add(_ other: [Float], at start: Int = 0) {
        for (index, value) in zip(start..<samples.count, other) { samples[index] += value }
    }

    /// A number between the bounds.
    public mutating func random(in range: ClosedRange<Double>) -> Double { .random(in: range, using: &generator) }

    /// 16-bit samples, for a file.
    public var integers: [Int16] { samples.map { Int16(max(-32768, min(32767, ($0 * 32768).rounded()))) } }
}

/// The sixteen keys' frequencies (ITU-T Q.23).
public let keyFrequencies: [(key: Character, low: Double, high: Double)] = {
    let keys: [[Character]] = [
        ["1", "2", "3", "A"], ["4", "5", "6", "B"], ["7", "8", "9", "C"], ["*", "0", "#", "D"],
    ]
    let (low, high) = ([697.0, 770, 852, 941], [1209.0, 1336, 1477, 1633])
    return (0..<16).map { (keys[$0 / 4][$0 % 4], low[$0 / 4], high[$0 % 4]) }
}()
