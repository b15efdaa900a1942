import Glibc

/// Least-squares model of one window: two tones of the keypad, and what a line may carry below them.
///
/// A window is `x = Σ interference + a·cos + b·sin (low) + a·cos + b·sin (high) + rest`. The interference is DC, mains
/// hum and dial tone. It is projected out first, so that it does not lower the tone ratio.
///
/// Even and odd functions about the window's centre are orthogonal, which halves every system: five even and four odd
/// interferers, two even and two odd tones.
struct PairModel: Sendable {
    /// Lanes of the interference bank in Hz: DC, mains hum (50–60 Hz and harmonics), dial tone (350–450 Hz). Three
    /// lanes are unused.
    static let interferenceFrequencies: [Double] = [0, 60, 160, 350, 440, 0, 0, 0]

    /// Five rows each for `tonewall_project_out_interference`: shares and inverse for the cosines, then for the sines.
    let interferenceRows: ConstantTable<Float>
    /// A row of eight for each key: the inverses of the cosines' and of the sines' system, in the kernel's order.
    let inverses: ConstantTable<Float>
    /// 1 / energy of each tone's cosine, then of its sine, after the interference is projected out.
    let gains: ConstantTable<Float>

    init() {
        let even = Self.project(tones: ToneFrequency.all, interferers: Self.interferenceFrequencies, .even)
        let odd = Self.project(tones: ToneFrequency.all, interferers: Self.interferenceFrequencies, .odd)
        interferenceRows = ConstantTable(even.rows + odd.rows)
        inverses = ConstantTable(
            Key.allCases.flatMap { key in
                let inverses = [even, odd].map { Self.pairInverse(key, in: $0.gram) }
                return [0, 1, 1, 2].flatMap { part in inverses.map { $0[part] } }
            })
        gains = ConstantTable([even, odd].flatMap { side in (0..<8).map { Float(1 / side.gram[$0][$0]) } })
    }
}

// MARK: - Tables

extension PairModel {
    private struct Projection {
        /// Five rows of each interference's share in the tones, five of the inverse of the interferers' inner products.
        var rows: [Float]
        /// Inner products of the tones without the interference.
        var gram: [[Double]]
    }

    /// Which of a tone's two functions about the window's centre.
    private enum Side {
        case even, odd
    }

    /// Σ f(a·n)·f(b·n) over a window, n about its centre, f cosine (`even`) or sine (`odd`).
    private static func innerProduct(_ a: Double, _ b: Double, _ side: Side) -> Double {
        // cos·cos and sin·sin are half the sum and half the difference of two cosines. A sum of cosines about the
        // centre is the Dirichlet kernel, so two sines replace 160.
        func sum(_ frequency: Double) -> Double {
            let half = .pi * frequency / Frame.rate
            return frequency == 0 ? Double(Frame.window) : sin(Double(Frame.window) * half) / sin(half)
        }
        return side == .even ? (sum(a - b) + sum(a + b)) / 2 : (sum(a - b) - sum(a + b)) / 2
    }

    private static func project(
        tones: [Double], interferers: [Double], _ side: Side
    ) -> Projection {
        // The sine of DC is zero, so it is left out.
        let used = (side == .even ? 0 : 1)..<5
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 5)
        for i in 0..<5 {
            for j in 0..<5 {
                let isUsed = used.contains(i) && used.contains(j)
                matrix[i][j] = isUsed ? innerProduct(interferers[i], interferers[j], side) : i == j ? 1 : 0
            }
        }
        let inverse = inverse(matrix)
        let cross = (0..<5).map { i in
            tones.map { used.contains(i) ? innerProduct(interferers[i], $0, side) : 0 }
        }
        var rows = [Float](repeating: 0, count: 80)
        var gram = [[Double]](repeating: [Double](repeating: 0, count: tones.count), count: tones.count)
        for a in tones.indices {
            for b in tones.indices { gram[a][b] = innerProduct(tones[a], tones[b], side) }
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

    /// The inverse of a positive definite 5 × 5 matrix.
    private static func inverse(_ matrix: [[Double]]) -> [[Double]] {
        let size = matrix.count
        var rows = matrix.indices.map { i in
            var row = SIMD16<Double>()
            for k in 0..<size { row[k] = matrix[i][k] }
            row[size + i] = 1
            return row
        }
        LinearSystem.solve(&rows)
        return rows.map { row in (0..<size).map { row[size + $0] } }
    }

    /// Inverse of the 2 × 2 system of `key`: low-low, low-high, high-high.
    private static func pairInverse(_ key: Key, in gram: [[Double]]) -> [Float] {
        let (l, h) = (key.row, 4 + key.column)
        let determinant = gram[l][l] * gram[h][h] - gram[l][h] * gram[l][h]
        return [Float(gram[h][h] / determinant), Float(-gram[l][h] / determinant), Float(gram[l][l] / determinant)]
    }
}
