import DTMF

/// White noise of a given level: the same seed gives the same samples.
///
/// Each sample is the sum of four uniform ones, near enough to Gaussian for a line's noise and quick to make.
public struct WhiteNoise: Sendable {
    private var state: UInt64
    private let scale: Float

    /// Noise whose power is that of a sine at `level` dBm0.
    public init(level: Double, seed: UInt64) {
        state = seed
        // A sine of peak A has the power A²/2; four uniform samples in −½…½ have 4/12.
        scale = Float(Level.amplitude(dBm0: level) * (0.5 * 3.0).squareRoot())
    }

    /// The next sample.
    public mutating func next() -> Float {
        // SplitMix64: four 16-bit lanes of one draw.
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        var sum = 0
        for lane in 0..<4 { sum += Int(bits >> (16 * lane) & 0xFFFF) }
        return (Float(sum) / 65536 - 2 + 2 / 65536) * scale
    }
}
