#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import DTMF

/// A short piece of sound with quiet before and behind it, and how well a tone pair explains it.
///
/// A piece of a key press that a gateway let through is a burst of 4 to 18 ms with sharp ends. Two sinusoids with free
/// amplitudes and phases, at frequencies within 1.8 % of a pair's, are fitted to exactly its samples by least squares: they
/// explain nearly all of a fragment, and little of a click, a plosive or the beginning of a vowel.
enum Burst {
    /// The share of the energy of `samples` that the best of the sixteen pairs explains, 0 to 1.
    static func explained(_ samples: [Float], count: Int, sampleRate: Double) -> Float {
        var best: (share: Double, low: Double, high: Double) = (0, 0, 0)
        for low in ToneFrequency.low {
            for high in ToneFrequency.high {
                let share = fit(samples, count, 2 * Double.pi * low / sampleRate, 2 * Double.pi * high / sampleRate)
                if share > best.share { best = (share, low, high) }
            }
        }
        guard best.share > 0.6 else { return Float(best.share) }
        var share = best.share
        for down in [0.988, 1, 1.012] {
            for up in [0.988, 1, 1.012] {
                let (low, high) = (best.low * down, best.high * up)
                share = max(
                    share, fit(samples, count, 2 * Double.pi * low / sampleRate, 2 * Double.pi * high / sampleRate))
            }
        }
        return Float(share)
    }

    /// The share of the energy that two sinusoids at `low` and `high` radians a sample explain: `bᵀG⁻¹b / Σx²` with the Gram
    /// matrix G of cosine and sine at both frequencies.
    private static func fit(_ samples: [Float], _ count: Int, _ low: Double, _ high: Double) -> Double {
        var gram = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
        var product = SIMD4<Double>()
        var energy = 0.0
        var (cl, sl, ch, sh) = (1.0, 0.0, 1.0, 0.0)
        let (cdl, sdl, cdh, sdh) = (cos(low), sin(low), cos(high), sin(high))
        for k in 0..<count {
            let x = Double(samples[k])
            let basis = SIMD4(cl, sl, ch, sh)
            gram.0 += basis * cl
            gram.1 += basis * sl
            gram.2 += basis * ch
            gram.3 += basis * sh
            product += basis * x
            energy += x * x
            (cl, sl) = (cl * cdl - sl * sdl, sl * cdl + cl * sdl)
            (ch, sh) = (ch * cdh - sh * sdh, sh * cdh + ch * sdh)
        }
        guard energy > 0 else { return 0 }
        // Gauss elimination of a positive definite 4 × 4 system: Σ (pivoted product)² / pivot is bᵀG⁻¹b.
        var rows = [gram.0, gram.1, gram.2, gram.3]
        var sum = 0.0
        for column in 0..<4 {
            let pivot = rows[column][column]
            guard pivot > 1e-9 else { continue }
            sum += product[column] * product[column] / pivot
            for row in (column + 1)..<4 where row < 4 {
                let factor = rows[row][column] / pivot
                rows[row] -= rows[column] * factor
                product[row] -= product[column] * factor
            }
        }
        return sum / energy
    }
}
