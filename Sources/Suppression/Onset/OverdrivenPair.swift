/// Recognition of a digit that was clipped.
///
/// Clipping adds combination tones to the pair, so that the pair is no longer nearly the whole sound, as the score
/// expects. It also leaves the peaks flat. Hard limiting of two equal tones leaves 2 · (8 / π²)² / 2 = 66 % of the
/// power at their frequencies.
enum OverdrivenPair {
    /// Limits of a clipped pair. They were chosen on digits that were clipped by 4 to 20 dB, against speech that was
    /// clipped by 12 to 24 dB.
    private enum Threshold {
        /// Least power of the pair, mean square: −34 dBm0. A quiet sound on a coarse scale is flat as well.
        static let power: Float = 1e-4
        /// Least share of the pair in the sound by the tone bank, by a fit, and by the fit in either half.
        static let share: Float = 0.6
        static let explained: Float = 0.72
        static let explainedHalf: Float = 0.66
        /// Least share of samples at the peak, which are those above 97 % of it. A pair that is not clipped has a
        /// tenth.
        static let peak: Float = 0.97
        static let flatShare: Float = 0.56
    }

    /// Whether `samples` are a clipped pair.
    ///
    /// - Parameters:
    ///   - power: Power of the pair, mean square.
    ///   - share: Share of the pair in the sound.
    ///   - explained: How well a fit of the pair explains `samples`.
    static func isIn(_ samples: Span<Float>, power: Float, share: Float, _ explained: PairFit.Explanation) -> Bool {
        guard power > Threshold.power, share > Threshold.share, explained.whole > Threshold.explained,
            min(explained.older, explained.newer) > Threshold.explainedHalf
        else { return false }
        var largest: Float = 0
        for index in 0..<samples.count { largest = max(largest, abs(samples[index])) }
        var flat = 0
        for index in 0..<samples.count where abs(samples[index]) > Threshold.peak * largest { flat += 1 }
        return Float(flat) > Threshold.flatShare * Float(samples.count)
    }
}
