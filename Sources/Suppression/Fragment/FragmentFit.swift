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

    /// Share of the energy of `count` samples that the best of the sixteen pairs explains, 0 to 1.
    ///
    /// - Parameter ramp: Seconds in which the pair rises from zero.
    static func explained(count: Int, sampleRate: Double, ramp: Double = 0, sample: (Int) -> Float) -> Float {
        let ramp = Int(ramp * sampleRate)
        func share(_ low: Double, _ high: Double) -> Double {
            let turn = 2 * Double.pi / sampleRate
            return PairFit(count: count, low: low * turn, high: high * turn, ramp: ramp, sample: sample).explained
        }
        var best: (share: Double, low: Double, high: Double) = (0, 0, 0)
        for low in ToneFrequency.low {
            for high in ToneFrequency.high {
                let found = share(low, high)
                if found > best.share { best = (found, low, high) }
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
