internal import CVector
internal import DTMF
internal import Glibc

/// The eight tones sample by sample, and their inner products over each number of samples.
///
/// The sixteen pairs of a fit share them: 8 correlations with a sound take the place of 16 fits.
struct PairTables: Sendable {
    /// Longest sound that they reach over, in hops of 1 ms.
    static let longestHops = 20

    private let longest: Int
    private let basis: [Double]
    private let products: [Double]

    /// - Parameters:
    ///   - ramp: Samples in which the tones rise linearly from zero.
    ///   - longest: Samples of the longest sound.
    init(sampleRate: Double, ramp: Int, longest: Int) {
        let turn = 2 * Double.pi / sampleRate
        var basis = [Double](repeating: 0, count: 16 * longest)
        for tone in 0..<4 {
            let turns = PairFit.turns(ToneFrequency.low[tone] * turn, ToneFrequency.high[tone] * turn)
            var steady = SIMD4(1.0, 0.0, 1.0, 0.0)
            for k in 0..<longest {
                let row = k < ramp ? steady * ((Double(k) + 0.5) / Double(ramp)) : steady
                for part in 0..<4 { basis[16 * k + 4 * part + tone] = row[part] }
                steady = PairFit.next(steady, turns)
            }
        }
        var products = [Double](repeating: 0, count: Int(TONEWALL_PRODUCTS) * (longest + 1))
        unsafe products.withUnsafeMutableBufferPointer { products in
            unsafe basis.withUnsafeBufferPointer { basis in
                unsafe tonewall_sum_products(basis.baseAddress, longest, products.baseAddress)
            }
        }
        (self.longest, self.basis, self.products) = (longest, basis, products)
    }

    /// The share of the energy of `samples` that each pair explains, in the order of low tone, then high tone.
    ///
    /// - Returns: `nil` if the sound is longer than the tables.
    func shares(of samples: Span<Float>) -> SIMD16<Double>? {
        let count = samples.count
        guard count <= longest else { return nil }
        var shares = SIMD16<Double>()
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe withUnsafeMutableBytes(of: &shares) { shares in
                unsafe basis.withUnsafeBufferPointer { basis in
                    unsafe products.withUnsafeBufferPointer { products in
                        unsafe tonewall_explain_by_known_pairs(
                            samples.baseAddress, count, basis.baseAddress,
                            products.baseAddress! + Int(TONEWALL_PRODUCTS) * count,
                            shares.assumingMemoryBound(to: Double.self).baseAddress)
                    }
                }
            }
        }
        return shares
    }
}
