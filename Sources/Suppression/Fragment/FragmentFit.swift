internal import DTMF

/// How well a tone pair explains a short piece of sound.
///
/// A fragment that a gateway let through is 4 to 18 ms long and has sharp ends. Two sinusoids near a pair's
/// frequencies, fitted to its samples, explain nearly all of a fragment. They explain little of a click, a plosive or
/// the beginning of a vowel.
enum FragmentFit {
    /// Seconds in which the tones of a digit commonly rise if they do not begin at full level.
    static let rampSeconds = 0.002
    /// Least share that a pair must explain at its nominal frequencies before other frequencies are tried.
    private static let shareWorthRefining = 0.6
    /// Seconds of the longest sound that is fitted as a whole, and of the pieces of a longer one.
    private static let longestPiece = 0.040
    private static let pieceSeconds = 0.025
    /// Frequencies tried around the nominal ones: ±1.2 %.
    private static let frequencyFactors = SIMD4(0.988, 1, 1.012, 1)

    /// Share of the energy of `samples` that the best of the sixteen pairs explains, 0 to 1.
    ///
    /// - Parameter isRising: Whether the pair rises from zero.
    static func explained(_ samples: Span<Float>, _ tables: SignalTables, isRising: Bool = false) -> Float {
        let known = (isRising ? tables.risingPairs : tables.pairs).shares(of: samples)
        return explained(samples, sampleRate: tables.sampleRate, isRising: isRising, known)
    }

    /// The same of a sound of any sample rate and length.
    ///
    /// Over a long sound, a pair that is 1 % off loses the phase of the fit. So a sound of more than 40 ms is divided
    /// into pieces of 25 ms, and the share is that of one pair in all pieces.
    ///
    /// - Parameter known: The shares that the sixteen pairs explain, if they are known.
    static func explained(
        _ samples: Span<Float>, sampleRate: Double, isRising: Bool = false, _ known: SIMD16<Double>? = nil
    ) -> Float {
        let isLong = samples.count > Int(longestPiece * sampleRate)
        let length = isLong ? Int(pieceSeconds * sampleRate) : samples.count
        func shares(_ low: SIMD4<Double>, _ high: SIMD4<Double>) -> SIMD16<Double> {
            let turn = 2 * Double.pi / sampleRate
            var (sum, total) = (SIMD16<Double>(), 0.0)
            for start in stride(from: 0, through: samples.count - length, by: max(1, length)) {
                let piece = samples.extracting(start..<start + length)
                let ramp = isRising ? Int(rampSeconds * sampleRate) : 0
                let shares = PairFit.shares(of: piece, low: low * turn, high: high * turn, ramp: ramp)
                guard isLong else { return shares }
                let energy = (0..<length).reduce(0) { $0 + Double(piece[$1] * piece[$1]) }
                sum += energy * shares
                total += energy
            }
            return total > 0 ? sum / total : sum
        }
        let nominal = known ?? shares(SIMD4(ToneFrequency.low), SIMD4(ToneFrequency.high))
        let best = (0..<16).reduce(0) { nominal[$1] > nominal[$0] ? $1 : $0 }
        guard isLong || nominal[best] > shareWorthRefining else { return Float(nominal[best]) }
        let (low, high) = (ToneFrequency.low[best / 4], ToneFrequency.high[best % 4])
        return Float(shares(low * frequencyFactors, high * frequencyFactors).max())
    }
}
