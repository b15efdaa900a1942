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
    static func explained(_ samples: Span<Float>, sampleRate: Double) -> Float {
        explained(samples, sampleRate, ramp: 0, nil)
    }

    private static func explained(
        _ samples: Span<Float>, _ sampleRate: Double, ramp: Double, _ known: InlineArray<16, Double>?
    ) -> Float {
        let turn = 2 * Double.pi / sampleRate
        func share(_ low: Double, _ high: Double) -> Double {
            PairFit(samples, low: low * turn, high: high * turn, ramp: Int(ramp * sampleRate)).explained
        }
        var best: (share: Double, low: Double, high: Double) = (0, 0, 0)
        for low in 0..<4 {
            for high in 0..<4 {
                let (lowHz, highHz) = (ToneFrequency.low[low], ToneFrequency.high[high])
                let found = known?[4 * low + high] ?? share(lowHz, highHz)
                if found > best.share { best = (found, lowHz, highHz) }
            }
        }
        guard best.share > shareWorthRefining else { return Float(best.share) }
        var most = best.share
        for down in frequencyFactors {
            for up in frequencyFactors { most = max(most, share(best.low * down, best.high * up)) }
        }
        return Float(most)
    }
}
