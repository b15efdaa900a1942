import CVector

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

    /// Five rows each, as `tonewall_clean` wants them: shares and inverse for the cosines, then for the sines.
    private let nuisanceRows: ConstantTable<Float>
    private let evenInverse: ConstantTable<SIMD4<Float>>
    private let oddInverse: ConstantTable<SIMD4<Float>>
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
        let even = Self.project(tones: ToneFrequency.all, nuisances: Self.nuisanceFrequencies, from: 0, cos)
        // The sine of DC is nothing: it is left out.
        let odd = Self.project(tones: ToneFrequency.all, nuisances: Self.nuisanceFrequencies, from: 1, sin)
        nuisanceRows = ConstantTable(even.rows + odd.rows)
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
        var result = Cleaned(tones: tones, energy: energy)
        result.energy = unsafe tones.withBins { bins in
            unsafe nuisances.withBins { nuisances in
                unsafe result.tones.withMutableBins { cleaned in
                    unsafe tonewall_clean(bins, nuisances, nuisanceRows.address, energy, cleaned)
                }
            }
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
}

// MARK: - Tables

extension PairModel {
    private struct Projection {
        /// Five rows of each nuisance's share in the tones, five of the inverse of the nuisances' inner products.
        var rows: [Float]
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

    private static func project(
        tones: [Double], nuisances: [Double], from first: Int, _ function: (Double) -> Double
    ) -> Projection {
        let used = first..<5
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 5)
        for i in 0..<5 {
            for j in 0..<5 {
                let isUsed = used.contains(i) && used.contains(j)
                matrix[i][j] = isUsed ? innerProduct(nuisances[i], nuisances[j], function) : i == j ? 1 : 0
            }
        }
        let inverse = invert(matrix)
        let cross = (0..<5).map { i in
            tones.map { used.contains(i) ? innerProduct(nuisances[i], $0, function) : 0 }
        }
        var rows = [Float](repeating: 0, count: 80)
        var gram = [[Double]](repeating: [Double](repeating: 0, count: tones.count), count: tones.count)
        for a in tones.indices {
            for b in tones.indices { gram[a][b] = innerProduct(tones[a], tones[b], function) }
        }
        for i in used {
            for j in used { rows[40 + 8 * i + j] = Float(inverse[i][j]) }
            for t in tones.indices {
                var sum = 0.0
                for j in used { sum += inverse[i][j] * cross[j][t] }
                rows[8 * i + t] = Float(sum)
                for other in tones.indices { gram[other][t] -= cross[i][other] * sum }
            }
        }
        return Projection(rows: rows, gram: gram)
    }

    /// The inverse of a positive definite matrix, by Gauss and Jordan.
    private static func invert(_ matrix: [[Double]]) -> [[Double]] {
        let count = matrix.count
        var left = matrix
        var right = (0..<count).map { i in (0..<count).map { $0 == i ? 1.0 : 0 } }
        for i in 0..<count {
            let pivot = left[i][i]
            for k in 0..<count {
                left[i][k] /= pivot
                right[i][k] /= pivot
            }
            for j in 0..<count where j != i {
                let factor = left[j][i]
                for k in 0..<count {
                    left[j][k] -= factor * left[i][k]
                    right[j][k] -= factor * right[i][k]
                }
            }
        }
        return right
    }

    /// Inverses of the sixteen 2 × 2 systems: low-low, low-high, high-high.
    private static func pairInverses(_ gram: [[Double]]) -> ConstantTable<SIMD4<Float>> {
        let inverses = Key.allCases.map { key in
            let (l, h) = (key.row, 4 + key.column)
            let determinant = gram[l][l] * gram[h][h] - gram[l][h] * gram[l][h]
            return SIMD4<Float>(
                Float(gram[h][h] / determinant), Float(-gram[l][h] / determinant), Float(gram[l][l] / determinant), 0)
        }
        return ConstantTable(inverses)
    }
}
