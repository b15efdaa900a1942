import Glibc

/// What the kernels of ``PairFit`` must compute: a least-squares fit of two sinusoids with free amplitudes and phases
/// to a piece of sound.
///
/// The basis is cosine and sine at both frequencies. Elimination solves the normal equations `G·c = b`. The fit
/// explains the share `bᵀG⁻¹b / Σx²` of the energy.
struct PairFitSpecification {
    /// Weights of cosine and sine of the low tone, then of the high tone.
    var coefficients: SIMD4<Double>
    /// Share of the energy that the fit explains, 0 to 1.
    var explained: Double

    /// Smallest divisor of an elimination step, so that none is zero.
    private static let smallestDivisor = 1e-12
    /// Smallest pivot that counts as a basis function of its own.
    private static let smallestPivot = 1e-9

    /// Fits sinusoids at `low` and `high` radians a sample to `count` samples.
    ///
    /// - Parameter ramp: Samples in which the sinusoids rise linearly from zero.
    init(count: Int, low: Double, high: Double, ramp: Int = 0, sample: (Int) -> Float) {
        var gram = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
        var product = SIMD4<Double>()
        var energy = 0.0
        var steady = SIMD4(1.0, 0.0, 1.0, 0.0)
        let turn = Self.turn(low, high)
        for k in 0..<count {
            let x = Double(sample(k))
            let basis = k < ramp ? steady * ((Double(k) + 0.5) / Double(ramp)) : steady
            gram.0 += basis * basis[0]
            gram.1 += basis * basis[1]
            gram.2 += basis * basis[2]
            gram.3 += basis * basis[3]
            product += basis * x
            energy += x * x
            steady = Self.next(steady, turn)
        }
        guard energy > 0 else {
            (coefficients, explained) = (.zero, 0)
            return
        }
        let (solution, taken) = Self.solve(gram, product)
        (coefficients, explained) = (solution, taken / energy)
    }

    /// Solves `G·c = b`. Also returns `bᵀG⁻¹b`.
    private static func solve(
        _ rows: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>), _ side: SIMD4<Double>
    ) -> (coefficients: SIMD4<Double>, taken: Double) {
        var (gram, product) = (rows, side)
        // The Gram matrix is positive definite, so no row exchange is needed. The pivots' shares add up to bᵀG⁻¹b.
        func eliminate(_ row: SIMD4<Double>, _ value: Double, _ by: SIMD4<Double>, _ with: Double, _ column: Int) -> (
            SIMD4<Double>, Double
        ) {
            let factor = row[column] / max(by[column], smallestDivisor)
            return (row - by * factor, value - with * factor)
        }
        (gram.1, product[1]) = eliminate(gram.1, product[1], gram.0, product[0], 0)
        (gram.2, product[2]) = eliminate(gram.2, product[2], gram.0, product[0], 0)
        (gram.3, product[3]) = eliminate(gram.3, product[3], gram.0, product[0], 0)
        (gram.2, product[2]) = eliminate(gram.2, product[2], gram.1, product[1], 1)
        (gram.3, product[3]) = eliminate(gram.3, product[3], gram.1, product[1], 1)
        (gram.3, product[3]) = eliminate(gram.3, product[3], gram.2, product[2], 2)
        let pivots = SIMD4(gram.0[0], gram.1[1], gram.2[2], gram.3[3])
        var taken = 0.0
        for k in 0..<4 where pivots[k] > smallestPivot { taken += product[k] * product[k] / pivots[k] }
        guard pivots.min() > smallestPivot else { return (.zero, taken) }
        let d = product[3] / gram.3[3]
        let c = (product[2] - gram.2[3] * d) / gram.2[2]
        let b = (product[1] - gram.1[3] * d - gram.1[2] * c) / gram.1[1]
        let a = (product[0] - gram.0[3] * d - gram.0[2] * c - gram.0[1] * b) / gram.0[0]
        return (SIMD4(a, b, c, d), taken)
    }

    /// What the fit leaves of `count` samples.
    ///
    /// - Returns: Energy of each half, energy that is left of each half, and the largest power that is left.
    func remainder(
        count: Int, low: Double, high: Double, sample: (Int) -> Float
    ) -> (energy: SIMD2<Double>, left: SIMD2<Double>, largest: Double) {
        var (energy, left, largest) = (SIMD2<Double>(), SIMD2<Double>(), 0.0)
        var basis = SIMD4(1.0, 0.0, 1.0, 0.0)
        let turn = Self.turn(low, high)
        for k in 0..<count {
            let half = 2 * k < count ? 0 : 1
            let x = Double(sample(k))
            let rest = x - (coefficients * basis).sum()
            energy[half] += x * x
            left[half] += rest * rest
            largest = max(largest, rest * rest)
            basis = Self.next(basis, turn)
        }
        return (energy, left, largest)
    }

    private static func turn(_ low: Double, _ high: Double) -> SIMD4<Double> {
        SIMD4(cos(low), sin(low), cos(high), sin(high))
    }

    private static func next(_ basis: SIMD4<Double>, _ turn: SIMD4<Double>) -> SIMD4<Double> {
        SIMD4(
            basis[0] * turn[0] - basis[1] * turn[1], basis[1] * turn[0] + basis[0] * turn[1],
            basis[2] * turn[2] - basis[3] * turn[3], basis[3] * turn[2] + basis[2] * turn[3])
    }
}
