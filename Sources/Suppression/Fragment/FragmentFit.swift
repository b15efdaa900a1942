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
    private static let frequencyFactors = [0.988, 1, 1.012]

    /// Share of the energy of `samples` that the best of the sixteen pairs explains, 0 to 1.
    ///
    /// - Parameter isRising: Whether the pair rises from zero.
    static func explained(_ samples: Span<Float>, _ tables: SignalTables, isRising: Bool = false) -> Float {
        let known = (isRising ? tables.risingPairs : tables.pairs).shares(of: samples)
        return explained(samples, tables.sampleRate, ramp: isRising ? rampSeconds : 0, known)
    }

    /// The same of a sound of any sample rate and length.
    ///
    /// Over a long sound, a pair that is 1 % off loses the phase of the fit. So a sound of more than 40 ms is divided
    /// into pieces of 25 ms, and the share is that of one pair in all pieces.
    static func explained(_ samples: Span<Float>, sampleRate: Double) -> Float {
        guard samples.count > Int(longestPiece * sampleRate) else {
            return explained(samples, sampleRate, ramp: 0, nil)
        }
        let length = Int(pieceSeconds * sampleRate)
        let pieces = stride(from: 0, through: samples.count - length, by: length).map { $0..<$0 + length }
        let energies = pieces.map { piece in piece.reduce(0) { $0 + Double(samples[$1] * samples[$1]) } }
        let total = energies.reduce(0, +)
        guard total > 0 else { return 0 }
        let turn = 2 * Double.pi / sampleRate
        func share(_ low: Double, _ high: Double) -> Double {
            zip(pieces, energies).reduce(0) { sum, piece in
                let fit = PairFit(samples.extracting(piece.0), low: low * turn, high: high * turn)
                return sum + piece.1 * fit.explained
            } / total
        }
        return Float(refined(best { share(ToneFrequency.low[$0], ToneFrequency.high[$1]) }, share))
    }

    private static func explained(
        _ samples: Span<Float>, _ sampleRate: Double, ramp: Double, _ known: InlineArray<16, Double>?
    ) -> Float {
        let turn = 2 * Double.pi / sampleRate
        func share(_ low: Double, _ high: Double) -> Double {
            PairFit(samples, low: low * turn, high: high * turn, ramp: Int(ramp * sampleRate)).explained
        }
        let best = best { known?[4 * $0 + $1] ?? share(ToneFrequency.low[$0], ToneFrequency.high[$1]) }
        return Float(best.share > shareWorthRefining ? refined(best, share) : best.share)
    }

    /// The pair with the largest share. `share` takes indices 0 to 3 in the low and the high group.
    private static func best(_ share: (Int, Int) -> Double) -> (share: Double, low: Double, high: Double) {
        var best: (share: Double, low: Double, high: Double) = (0, 0, 0)
        for low in 0..<4 {
            for high in 0..<4 {
                let found = share(low, high)
                if found > best.share { best = (found, ToneFrequency.low[low], ToneFrequency.high[high]) }
            }
        }
        return best
    }

    /// The largest share at frequencies near those of `best`.
    private static func refined(
        _ best: (share: Double, low: Double, high: Double), _ share: (Double, Double) -> Double
    ) -> Double {
        var most = best.share
        for down in frequencyFactors {
            for up in frequencyFactors { most = max(most, share(best.low * down, best.high * up)) }
        }
        return most
    }
}
