/// The noise that stands where a tone was.
///
/// Its level follows the quiet parts of what was let through (a low quantile of the energy of 4 ms pieces), never the tone,
/// and lies ``reduction`` below it: in a 10 ms window the noise's share at two given frequencies is scattered by chance, and at
/// the full level of a noisy line it would now and then look like the rest of a tone.
struct ComfortNoise: Sendable {
    /// Level of the fill over the level around it: −4 dB.
    static let reduction: Float = 0.63

    private var state: UInt64
    private let pieceLength: Int
    private var piece: Float = 0
    private var pieceCount = 0
    private var floor: Float?

    init(sampleRate: Double, seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        pieceLength = Int(sampleRate * 0.004)
    }

    /// Learns from one sample that was let through.
    @inline(__always) mutating func learn(_ sample: Float) {
        piece += sample * sample
        pieceCount += 1
        guard pieceCount == pieceLength else { return }
        let power = piece / Float(pieceLength)
        (piece, pieceCount) = (0, 0)
        guard let level = floor else {
            floor = power
            return
        }
        // Up 0.8 % and down 8 % a piece rest where one piece in ten is below: the 10 % quantile.
        floor = power < level ? max(level * 0.92, 1e-12) : level * 1.008
    }

    /// The next sample of noise.
    @inline(__always) mutating func next() -> Float {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        // Uniform in ±√3 has power 1.
        let uniform = Float(Int32(truncatingIfNeeded: state >> 32)) * Float(1.7320508 / 2147483648.0)
        return uniform * Self.reduction * (floor ?? 0).squareRoot()
    }
}
