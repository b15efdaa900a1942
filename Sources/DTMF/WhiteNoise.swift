/// White noise of a given level: the same seed gives the same samples.
///
/// Each sample is the sum of four uniform ones. That is close enough to Gaussian for a line's noise, and fast.
public struct WhiteNoise: Sendable {
    private var generator: SplitMix64
    private let scale: Float

    /// Noise whose power is that of a sine at `level` dBm0.
    public init(level: Double, seed: UInt64) {
        generator = SplitMix64(seed: seed)
        // A sine of peak A has the power A²/2; four uniform samples in −½…½ have 4/12.
        scale = Float(Level.amplitude(dBm0: level) * (0.5 * 3.0).squareRoot())
    }

    /// The next sample.
    public mutating func next() -> Float {
        // Four 16-bit lanes of one random number.
        let bits = generator.next()
        var sum = 0
        for lane in 0..<4 { sum += Int(bits >> (16 * lane) & 0xFFFF) }
        return (Float(sum) / 65536 - 2 + 2 / 65536) * scale
    }
}
