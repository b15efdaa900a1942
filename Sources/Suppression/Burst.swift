internal import DTMF

/// A short piece of sound with quiet before and behind it, and how well a tone pair explains it.
///
/// A piece of a key press that a gateway let through is a burst of 4 to 18 ms with sharp ends. Two sinusoids at frequencies
/// within 1.8 % of a pair's, fitted to exactly its samples, explain nearly all of a fragment, and little of a click, a plosive
/// or the beginning of a vowel.
enum Burst {
    /// Seconds in which a key's tones commonly rise where they do not begin at once.
    static let ramp = 0.002

    /// The share of the energy of `count` samples that the best of the sixteen pairs explains, 0 to 1.
    ///
    /// - Parameter ramp: Seconds in which the pair rises from nothing.
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
        guard best.share > 0.6 else { return Float(best.share) }
        var most = best.share
        for down in [0.988, 1, 1.012] {
            for up in [0.988, 1, 1.012] { most = max(most, share(best.low * down, best.high * up)) }
        }
        return Float(most)
    }
}
