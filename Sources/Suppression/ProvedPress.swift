/// A press that a leg's receiver proved, and the tones by which other legs know its echo.
struct ProvedPress: Sendable {
    /// The two tones of a press as they were measured where it was purest.
    struct Pair: Sendable {
        /// Radians a sample, low and high.
        var turn = SIMD2<Double>()
        /// Power of each, mean square.
        var power = SIMD2<Float>()

        /// Least share of all there is that an echo has.
        private static let leastEchoShare = 0.2

        /// Whether `fit`, of these frequencies, may be the pair's echo: 15 to 50 dB down, its twist within 6 dB of the pair's.
        func isEchoed(by fit: PairFit) -> Bool {
            let loss = power / fit.power
            return fit.explained > Self.leastEchoShare && loss[0] < 4 * loss[1] && loss[1] < 4 * loss[0]
                && (30...100_000).contains(power.sum() / fit.power.sum())
        }
    }

    /// Samples counted from the first.
    var range: Range<Int>
    var pair: Pair
}
