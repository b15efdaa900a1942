#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the model sees of one pair in one window.
struct PairWindow: Sendable {
    /// First hop after the window.
    var endHop = 0
    /// Amplitudes of the low and the high tone: cos and sin about the window's centre.
    var low = SIMD2<Float>.zero
    var high = SIMD2<Float>.zero
    /// Share of the pair in the window's energy (nuisances apart), 0…1.
    var purity: Float = 0
    /// Energy outside the pair and the nuisances, Σ x².
    var rest: Float = 0

    /// Squared amplitude of each tone.
    var lowPower: Float { low[0] * low[0] + low[1] * low[1] }
    var highPower: Float { high[0] * high[0] + high[1] * high[1] }
    /// Sample at the window's centre, in half samples' precision.
    var centre: Double { Double(endHop * Frame.hop) - Double(Frame.window + 1) / 2 }
}

/// A phasor, kept as two doubles.
struct Phasor: Sendable {
    var real = 0.0
    var imaginary = 0.0

    /// Adds `a · conj(b)`.
    mutating func addProduct(_ a: SIMD2<Float>, conjugateOf b: SIMD2<Float>) {
        // A tone a·cos + b·sin has the phasor a − ib.
        real += Double(a[0] * b[0] + a[1] * b[1])
        imaginary += Double(a[0] * b[1] - a[1] * b[0])
    }

    var angle: Double { atan2(imaginary, real) }
}
