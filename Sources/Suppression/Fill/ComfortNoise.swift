internal import DTMF

/// Noise that replaces a tone.
///
/// Its level follows the quiet parts of the sound that passed: a low quantile of the power of 4 ms pieces. The tone
/// does not change it.
///
/// The noise lies ``reduction`` below that level. At the full level of a noisy line, chance could make a window of 10
/// ms look like the rest of a tone.
struct ComfortNoise: Sendable {
    /// Amplitude of the fill relative to the line's noise: −4 dB.
    static let reduction: Float = 0.63
    /// Largest power of the fill relative to the tone: −23 dB.
    ///
    /// It matters where a call begins with loud noise and has no pause. The level of the line is then near that of the
    /// tone.
    static let largestShareOfTone: Float = 0.005

    /// Seconds of a piece whose power is measured.
    private static let pieceSeconds = 0.004
    /// Number of pieces that are mixed into the seed: the first quarter of a second of the line's own noise.
    ///
    /// Without them, a fill would have the same shape in every call. Its shape would tell where in a call it lies.
    private static let stirringPieces = 64
    /// Factor of the level after a louder piece: +0.2 %, which is 2 dB a second.
    private static let rise: Float = 1.002
    /// Factor of the level after a quieter piece: −8 %. With ``rise``, the level settles where one piece in forty is
    /// below it.
    private static let decay: Float = 0.92
    /// Lowest level, mean square.
    private static let leastPower: Float = 1e-12
    /// Half the width of a uniform distribution of power 1: √3.
    private static let uniformWidth = 1.732_050_8

    private var seed: UInt64
    private var unstirred = Self.stirringPieces
    private let pieceLength: Int
    private var piece: Float = 0
    private var pieceCount = 0
    /// Level of the line's noise, mean square; `nil` until it is known.
    private var floor: Float?

    init(sampleRate: Double, seed: UInt64) {
        self.seed = seed
        pieceLength = Int(sampleRate * Self.pieceSeconds)
    }

    /// Learns from samples that passed unchanged.
    mutating func learn(_ samples: Span<Float>) {
        var index = 0
        while index < samples.count {
            let end = min(samples.count, index + pieceLength - 1 - pieceCount)
            pieceCount += end - index
            var energy = piece
            for sample in index..<end { energy += samples[sample] * samples[sample] }
            (piece, index) = (energy, end)
            // The sample that completes a piece.
            if index < samples.count { learn(samples[index]) }
            index += 1
        }
    }

    /// The same of one sample.
    @inline(__always) mutating func learn(_ sample: Float) {
        piece += sample * sample
        pieceCount += 1
        guard pieceCount == pieceLength else { return }
        let power = piece / Float(pieceLength)
        (piece, pieceCount) = (0, 0)
        // Digital silence is not the noise of a line. It occurs before the line is connected or where a party is muted.
        guard power > 0 else { return }
        if unstirred > 0 {
            seed = SplitMix64.mixed(seed ^ UInt64(power.bitPattern))
            unstirred -= 1
        }
        guard let level = floor else {
            floor = power
            return
        }
        floor = power < level ? max(level * Self.decay, Self.leastPower) : level * Self.rise
    }

    /// The noise at sample `index`. It depends only on the index, the seed and the level.
    ///
    /// - Parameter amplitude: As ``amplitude(insteadOf:)`` gives it.
    @inline(__always) func sample(at index: Int, amplitude: Float) -> Float {
        let z = SplitMix64.mixed(seed &+ UInt64(index) &* SplitMix64.step)
        let uniform = Float(Int32(truncatingIfNeeded: z >> 32)) * Float(Self.uniformWidth / 2_147_483_648.0)
        return uniform * amplitude
    }

    /// Amplitude of the noise that replaces a tone of power `tone` at its beginning, mean square.
    func amplitude(insteadOf tone: Float) -> Float {
        min(Self.reduction * Self.reduction * (floor ?? 0), Self.largestShareOfTone * tone).squareRoot()
    }
}
