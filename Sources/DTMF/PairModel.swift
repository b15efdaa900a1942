#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Least-squares model of one window: two tones of the keypad beside what a line may carry below them.
///
/// A window is `x = Σ nuisance + a·cos + b·sin (low) + a·cos + b·sin (high) + rest`. The nuisances are DC, mains hum and
/// dial tone; they are projected out first, so that neither costs a key its purity. About the window's centre even and odd
/// functions do not mix, which halves every system: five even and four odd nuisances, two even and two odd tones.
struct PairModel: Sendable {
    /// Lanes of the nuisance bank in Hz: DC, mains hum (50–60 Hz and harmonics) and dial tone (350–450 Hz); the rest is idle.
    static let nuisanceFrequencies: [Double] = [0, 60, 160, 350, 440, 0, 0, 0]

    private let evenFactor: [Float]
    private let oddFactor: [Float]
    private let evenCross: [Float8]
    private let oddCross: [Float8]
    private let evenInverse: [SIMD4<Float>]
    private let oddInverse: [SIMD4<Float>]
    /// 1 / energy of each tone's function once the nuisances are projected out, for both phases.
    private let evenGain: Float8
    private let oddGain: Float8

    /// A window with the nuisances taken out.
    struct Cleaned {
        var tones: Correlation
        /// Energy left, Σ x².
        var energy: Float
    }

    /// One pair's share of a window.
    struct Fit {
        /// Amplitudes of the low tone: cos and sin about the window's centre.
        var low: SIMD2<Float>
        var high: SIMD2<Float>
        /// Energy that the pair explains, Σ x².
        var energy: Float
    }

    init() {
        let evenNuisance = Array(Self.nuisanceFrequencies[0..<5])
        let oddNuisance = Array(Self.nuisanceFrequencies[1..<5])
        let even = Self.project(tones: ToneFrequency.all, nuisances: evenNuisance, cos)
        let odd = Self.project(tones: ToneFrequency.all, nuisances: oddNuisance, sin)
        (evenFactor, evenCross) = (even.factor, even.cross)
        (oddFactor, oddCross) = (odd.factor, odd.cross)
        evenInverse = Self.pairInverses(even.gram)
        oddInverse = Self.pairInverses(odd.gram)
        var evenGain = Float8.zero
        var oddGain = Float8.zero
        for tone in 0..<8 {
            evenGain[tone] = Float(1 / even.gram[tone][tone])
            oddGain[tone] = Float(1 / odd.gram[tone][tone])
        }
        self.evenGain = evenGain
        self.oddGain = oddGain
    }

    /// The window without its nuisances.
    @inline(__always)
    func clean(tones: Correlation, nuisances: Correlation, energy: Float) -> Cleaned {
        let even = Self.solve(evenFactor.span, nuisances.cosine, from: 0, count: 5)
        let odd = Self.solve(oddFactor.span, nuisances.sine, from: 1, count: 4)
        var result = Cleaned(tones: tones, energy: energy)
        for i in 0..<5 {
            result.tones.cosine -= evenCross[i] * even[i]
            result.energy -= even[i] * even[i]
        }
        for i in 0..<4 {
            result.tones.sine -= oddCross[i] * odd[i]
            result.energy -= odd[i] * odd[i]
        }
        return result
    }

    /// Energy that each single tone explains.
    @inline(__always)
    func toneEnergies(_ cleaned: Cleaned) -> Float8 {
        cleaned.tones.cosine * cleaned.tones.cosine * evenGain + cleaned.tones.sine * cleaned.tones.sine * oddGain
    }

    /// The least-squares fit of the pair (`row`, `column`).
    @inline(__always)
    func fit(_ cleaned: Cleaned, row: Int, column: Int) -> Fit {
        let even = evenInverse[4 * row + column]
        let odd = oddInverse[4 * row + column]
        let cosine = SIMD2(cleaned.tones.cosine[row], cleaned.tones.cosine[4 + column])
        let sine = SIMD2(cleaned.tones.sine[row], cleaned.tones.sine[4 + column])
        let lowCosine = even[0] * cosine[0] + even[1] * cosine[1]
        let highCosine = even[1] * cosine[0] + even[2] * cosine[1]
        let lowSine = odd[0] * sine[0] + odd[1] * sine[1]
        let highSine = odd[1] * sine[0] + odd[2] * sine[1]
        return Fit(
            low: SIMD2(lowCosine, lowSine), high: SIMD2(highCosine, highSine),
            energy: lowCosine * cosine[0] + highCosine * cosine[1] + lowSine * sine[0] + highSine * sine[1])
    }

    /// Forward substitution with the Cholesky factor, row by row.
    @inline(__always)
    private static func solve(_ factor: borrowing Span<Float>, _ right: Float8, from first: Int, count: Int) -> Float8 {
        var result = Float8.zero
        var index = 0
        for i in 0..<count {
            var sum = right[first + i]
            for j in 0..<i {
                sum -= factor[index] * result[j]
                index += 1
            }
            result[i] = sum * factor[index]
            index += 1
        }
        return result
    }
}

// MARK: - Tables

extension PairModel {
    private struct Projection {
        /// Rows of the nuisances' Cholesky factor, the diagonal inverted.
        var factor: [Float]
        /// Per nuisance: its share in each tone.
        var cross: [Float8]
        /// Inner products of the tones once the nuisances are out.
        var gram: [[Double]]
    }

    private static func innerProduct(_ a: Double, _ b: Double, _ function: (Double) -> Double) -> Double {
        var sum = 0.0
        for n in 0..<Frame.window {
            let t = 2 * .pi / Frame.rate * (Double(n) - Double(Frame.window - 1) / 2)
            sum += function(a * t) * function(b * t)
        }
        return sum
    }

    private static func project(tones: [Double], nuisances: [Double], _ function: (Double) -> Double) -> Projection {
        let count = nuisances.count
        var lower = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for i in 0..<count {
            for j in 0...i {
                var sum = innerProduct(nuisances[i], nuisances[j], function)
                for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
                lower[i][j] = i == j ? sum.squareRoot() : sum / lower[j][j]
            }
        }
        var cross = [[Double]](repeating: [Double](repeating: 0, count: tones.count), count: count)
        for t in 0..<tones.count {
            for i in 0..<count {
                var sum = innerProduct(nuisances[i], tones[t], function)
                for k in 0..<i { sum -= lower[i][k] * cross[k][t] }
                cross[i][t] = sum / lower[i][i]
            }
        }
        var gram = [[Double]](repeating: [Double](repeating: 0, count: tones.count), count: tones.count)
        for a in tones.indices {
            for b in tones.indices {
                var sum = innerProduct(tones[a], tones[b], function)
                for i in 0..<count { sum -= cross[i][a] * cross[i][b] }
                gram[a][b] = sum
            }
        }
        var factor: [Float] = []
        for i in 0..<count {
            for j in 0..<i { factor.append(Float(lower[i][j])) }
            factor.append(Float(1 / lower[i][i]))
        }
        return Projection(
            factor: factor,
            cross: cross.map { row in
                var lanes = Float8.zero
                for t in row.indices { lanes[t] = Float(row[t]) }
                return lanes
            },
            gram: gram)
    }

    /// Inverses of the sixteen 2 × 2 systems: low-low, low-high, high-high.
    private static func pairInverses(_ gram: [[Double]]) -> [SIMD4<Float>] {
        Key.allCases.map { key in
            let (l, h) = (key.row, 4 + key.column)
            let determinant = gram[l][l] * gram[h][h] - gram[l][h] * gram[l][h]
            return SIMD4(
                Float(gram[h][h] / determinant), Float(-gram[l][h] / determinant), Float(gram[l][l] / determinant), 0)
        }
    }
}
