internal import CVector
internal import Glibc

/// A least-squares fit of two sinusoids with free amplitudes and phases to a piece of sound.
///
/// The basis is cosine and sine at both frequencies. Elimination solves the normal equations `G·c = b`. The fit
/// explains the share `bᵀG⁻¹b / Σx²` of the energy. Frequencies are in radians a sample.
struct PairFit {
    /// Weights of cosine and sine of the low tone, then of the high tone.
    var coefficients: SIMD4<Double>
    /// Share of the energy that the fit explains, 0 to 1.
    var explained: Double

    /// What remains of the samples after the fit is subtracted.
    struct Remainder {
        /// Energy Σ x² of each half before and after the subtraction.
        var energy: SIMD2<Double>
        var left: SIMD2<Double>
        /// The largest power that remains.
        var largest: Double
    }

    /// Fits sinusoids at `low` and `high`.
    ///
    /// - Parameter ramp: Number of samples in which the sinusoids rise linearly from zero.
    init(_ samples: Span<Float>, low: Double, high: Double, ramp: Int = 0) {
        self.init(Self.fit(samples, low: low, high: high, ramp: ramp, hasRemainder: false))
    }

    /// The same, and what the fit leaves of at most ``TONEWALL_LONGEST_REMAINDER`` samples.
    static func withRemainder(_ samples: Span<Float>, low: Double, high: Double) -> (fit: Self, remainder: Remainder) {
        precondition(samples.count <= TONEWALL_LONGEST_REMAINDER, "no more samples than the kernel remembers")
        let fit = fit(samples, low: low, high: high, ramp: 0, hasRemainder: true)
        let remainder = Remainder(
            energy: SIMD2(fit.energies.0, fit.energies.1), left: SIMD2(fit.left.0, fit.left.1), largest: fit.largest)
        return (Self(fit), remainder)
    }

    private init(_ fit: tonewall_sinusoids) {
        let c = fit.coefficients
        coefficients = SIMD4(c.0, c.1, c.2, c.3)
        explained = fit.explained
    }

    private static func fit(
        _ samples: Span<Float>, low: Double, high: Double, ramp: Int, hasRemainder: Bool
    ) -> tonewall_sinusoids {
        var fit = tonewall_sinusoids()
        let turns = turns(low, high)
        unsafe withUnsafeBytes(of: turns) { turns in
            unsafe samples.withUnsafeBufferPointer { samples in
                unsafe tonewall_fit_sinusoids(
                    samples.baseAddress, samples.count, turns.assumingMemoryBound(to: Double.self).baseAddress, ramp,
                    hasRemainder ? 1 : 0, &fit)
            }
        }
        return fit
    }

    /// The share that each pair of four tones `low` and four tones `high` explains, in the order of low tone, then high
    /// tone. The sinusoids rise linearly from zero over `ramp` samples.
    static func shares(
        of samples: Span<Float>, low: SIMD4<Double>, high: SIMD4<Double>, ramp: Int
    ) -> SIMD16<Double> {
        var turns = SIMD16<Double>()
        for k in 0..<4 {
            (turns[k], turns[4 + k], turns[8 + k], turns[12 + k]) = (
                cos(low[k]), sin(low[k]), cos(high[k]), sin(high[k])
            )
        }
        var shares = SIMD16<Double>()
        unsafe withUnsafeBytes(of: turns) { turns in
            unsafe withUnsafeMutableBytes(of: &shares) { shares in
                unsafe samples.withUnsafeBufferPointer { samples in
                    unsafe tonewall_explain_by_pairs(
                        samples.baseAddress, samples.count, turns.assumingMemoryBound(to: Double.self).baseAddress,
                        ramp,
                        shares.assumingMemoryBound(to: Double.self).baseAddress)
                }
            }
        }
        return shares
    }

    /// The share that a sinusoid at `one` explains together with each of eight `others`.
    ///
    /// - Parameter isLow: Whether the others are the low tone.
    static func shares(
        of samples: Span<Float>, at one: Double, with others: SIMD8<Double>, isLow: Bool
    ) -> SIMD8<Double> {
        var turns = (SIMD8<Double>(), SIMD8<Double>())
        for k in 0..<8 { (turns.0[k], turns.1[k]) = (cos(others[k]), sin(others[k])) }
        var shares = SIMD8<Double>()
        unsafe withUnsafeBytes(of: SIMD2(cos(one), sin(one))) { one in
            unsafe withUnsafeBytes(of: turns) { turns in
                unsafe withUnsafeMutableBytes(of: &shares) { shares in
                    unsafe samples.withUnsafeBufferPointer { samples in
                        unsafe tonewall_explain_by_neighbours(
                            samples.baseAddress, samples.count, one.assumingMemoryBound(to: Double.self).baseAddress,
                            turns.assumingMemoryBound(to: Double.self).baseAddress, isLow ? 1 : 0,
                            shares.assumingMemoryBound(to: Double.self).baseAddress)
                    }
                }
            }
        }
        return shares
    }

    /// Power of each sinusoid, mean square.
    var power: SIMD2<Float> {
        let squares = coefficients * coefficients
        return SIMD2(Float(squares[0] + squares[1]), Float(squares[2] + squares[3])) * 0.5
    }

    /// Phase of each sinusoid at the first sample, in radians.
    var phase: SIMD2<Double> {
        SIMD2(atan2(-coefficients[1], coefficients[0]), atan2(-coefficients[3], coefficients[2]))
    }

    /// The angles wrapped to −π…π radians.
    static func wrapped(_ angles: SIMD2<Double>) -> SIMD2<Double> {
        angles - 2 * Double.pi * (angles / (2 * Double.pi)).rounded(.toNearestOrAwayFromZero)
    }

    /// Calls `body` with each index of `range`, counted from the first sample, and the value of the fit there.
    func values(in range: Range<Int>, low: Double, high: Double, _ body: (Int, Float) -> Void) {
        let (l, h) = (low * Double(range.lowerBound), high * Double(range.lowerBound))
        var basis = Self.turns(l, h)
        let turns = Self.turns(low, high)
        for index in range {
            body(index, Float((coefficients * basis).sum()))
            basis = Self.next(basis, turns)
        }
    }

    /// Cosine and sine of both angles.
    static func turns(_ low: Double, _ high: Double) -> SIMD4<Double> {
        SIMD4(cos(low), sin(low), cos(high), sin(high))
    }

    /// The basis one sample later.
    static func next(_ basis: SIMD4<Double>, _ turns: SIMD4<Double>) -> SIMD4<Double> {
        SIMD4(
            basis[0] * turns[0] - basis[1] * turns[1], basis[1] * turns[0] + basis[0] * turns[1],
            basis[2] * turns[2] - basis[3] * turns[3], basis[3] * turns[2] + basis[2] * turns[3])
    }
}
