@testable import DTMF

/// The fit of one pair in one window.
struct PairWindow: Sendable {
    /// First hop after the window.
    var endHop = 0
    /// Amplitudes of the low and the high tone: cosine and sine about the window's centre.
    var low = SIMD2<Float>.zero
    var high = SIMD2<Float>.zero
    /// Amplitude of each tone.
    var lowAmplitude: Float = 0
    var highAmplitude: Float = 0
    /// Energy that the pair explains, Σ x².
    var pairEnergy: Float = 0
    /// Energy outside the pair and the interference, Σ x².
    var rest: Float = 0
    /// Energy of the interference (hum, dial tone) without DC, Σ x².
    var interference: Float = 0

    /// Share of the pair in the window's energy without interference, 0…1.
    var toneRatio: Float {
        let total = pairEnergy + rest
        return total > 0 ? pairEnergy / total : 0
    }
    /// Squared amplitude of each tone.
    var lowPower: Float { lowAmplitude * lowAmplitude }
    var highPower: Float { highAmplitude * highAmplitude }
    /// The window's centre in samples; it lies between two samples.
    var centre: Double { Double(endHop * Frame.hop) - Double(Frame.window + 1) / 2 }
}
