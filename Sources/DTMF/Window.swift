import Glibc

/// What the model sees of one pair in one window.
struct PairWindow: Sendable {
    /// First hop after the window.
    var endHop = 0
    /// Amplitudes of the low and the high tone: cos and sin about the window's centre.
    var low = SIMD2<Float>.zero
    var high = SIMD2<Float>.zero
    /// Amplitude of each tone.
    var lowAmplitude: Float = 0
    var highAmplitude: Float = 0
    /// Energy that the pair explains, Σ x².
    var pairEnergy: Float = 0
    /// Energy outside the pair and the interferers, Σ x².
    var rest: Float = 0
    /// Energy of the interferers but DC, Σ x².
    var interference: Float = 0

    /// Share of the pair in the window's energy, interferers apart, 0…1.
    var toneRatio: Float {
        let total = pairEnergy + rest
        return total > 0 ? pairEnergy / total : 0
    }
    /// Squared amplitude of each tone.
    var lowPower: Float { lowAmplitude * lowAmplitude }
    var highPower: Float { highAmplitude * highAmplitude }
    /// Sample at the window's centre, in half samples' precision.
    var centre: Double { Double(endHop * Frame.hop) - Double(Frame.window + 1) / 2 }
}

/// A sum of phase advances, each weighted by the power of the tone.
struct Phasor: Sendable {
    private var real = 0.0
    private var imaginary = 0.0
    private var weight = 0.0

    /// Adds the advance from `b` to `a`, `a · conj(b)`, whose magnitude is `weight`.
    mutating func addProduct(_ a: SIMD2<Float>, conjugateOf b: SIMD2<Float>, weight: Float) {
        // A tone a·cos + b·sin has the phasor a − ib.
        real += Double(a[0] * b[0] + a[1] * b[1])
        imaginary += Double(a[0] * b[1] - a[1] * b[0])
        self.weight += Double(weight)
    }

    static func + (a: Phasor, b: Phasor) -> Phasor {
        var sum = a
        sum.real += b.real
        sum.imaginary += b.imaginary
        sum.weight += b.weight
        return sum
    }

    /// How well the advances agree, 0…1: 1 for a steady tone.
    var coherence: Double { weight > 0 ? (real * real + imaginary * imaginary).squareRoot() / weight : 0 }

    /// The frequency in Hz that the mean advance over ``Press/advanceHops`` stands for.
    func frequency(near nominal: Double) -> Double {
        let seconds = Double(Press.advanceHops * Frame.hop) / Frame.rate
        let cycles = Double(atan2f(Float(imaginary), Float(real))) / (2 * .pi) - nominal * seconds
        return nominal + (cycles - cycles.rounded()) / seconds
    }
}

/// Decibels.
enum Decibel {
    /// `ratio` of two powers in dB.
    static func ofPower(_ ratio: Double) -> Double { 10 * log10(ratio) }
}
