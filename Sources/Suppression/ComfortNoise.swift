import DTMF

/// The noise that stands where a tone was.
///
/// Its level follows the quiet parts of what was let through (a low quantile of the energy of 4 ms pieces), not the tone,
/// and lies ``reduction`` below it: in a 10 ms window the noise's share at two given frequencies is scattered by chance, and at
/// the full level of a noisy line it would now and then look like the rest of a tone.
struct ComfortNoise: Sendable {
    /// Level of the fill over the level around it: −4 dB.
    static let reduction: Float = 0.63
    /// Power of the fill over that of the tone it stands for, at most: −23 dB. Where a call begins with a loud noise that has no
    /// pause, the level around is near the tone's, and its share at the tone's frequencies would look like a rest of it.
    static let mostOfTone: Float = 0.005

    private var seed: UInt64
    /// Pieces that still go into the seed: the line's own noise in the first quarter of a second makes each call's fill its own.
    /// With one shape for all, whoever has many calls finds out where in a call a fill lies, and which keys are usual there.
    private var unstirred = 64
    private let pieceLength: Int
    private var piece: Float = 0
    private var pieceCount = 0
    private var floor: Float?

    init(sampleRate: Double, seed: UInt64) {
        self.seed = seed
        pieceLength = Int(sampleRate * 0.004)
    }

    /// Learns from one sample that was let through.
    @inline(__always) mutating func learn(_ sample: Float) {
        piece += sample * sample
        pieceCount += 1
        guard pieceCount == pieceLength else { return }
        let power = piece / Float(pieceLength)
        (piece, pieceCount) = (0, 0)
        // Digital silence, before a line is through or where one mutes itself, is not the noise of a line.
        guard power > 0 else { return }
        if unstirred > 0 {
            seed = SplitMix64.mixed(seed ^ UInt64(power.bitPattern))
            unstirred -= 1
        }
        guard let level = floor else {
            floor = power
            return
        }
        // Up 0.2 % and down 8 % a piece rest where one piece in forty is below, and rise 2 dB a second: speech without a
        // pause leaves the level of the line before it nearly as it was.
        floor = power < level ? max(level * 0.92, 1e-12) : level * 1.002
    }

    /// The noise at sample `index`: its shape is the same whatever was filled before and however long.
    ///
    /// - Parameter tone: Power where the tone begins that it stands for.
    @inline(__always) func sample(at index: Int, insteadOf tone: Float) -> Float {
        let z = SplitMix64.mixed(seed &+ UInt64(index) &* SplitMix64.step)
        // Uniform in ±√3 has power 1.
        let uniform = Float(Int32(truncatingIfNeeded: z >> 32)) * Float(1.732_050_8 / 2_147_483_648.0)
        let power = min(Self.reduction * Self.reduction * (floor ?? 0), Self.mostOfTone * tone)
        return uniform * power.squareRoot()
    }
}
