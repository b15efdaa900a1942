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
            fit.explained > Self.leastEchoShare && mayBeEchoed(by: fit)
        }

        /// Whether two fits, `apart` samples from one another, are of one echo, however little of the sound it is: speech over it does
        /// not go on for 40 ms at both frequencies with one phase and one level.
        func isEchoed(by first: PairFit, and second: PairFit, apart: Int) -> Bool {
            guard mayBeEchoed(by: first), mayBeEchoed(by: second) else { return false }
            let early = Hindsight.wrapped(second.phase - first.phase - turn * Double(apart))
            let ratio = second.power / first.power
            return abs(early[0]) < 0.5 && abs(early[1]) < 0.5 && (0.63...1.6).contains(ratio[0])
                && (0.63...1.6).contains(ratio[1])
        }

        private func mayBeEchoed(by fit: PairFit) -> Bool {
            let loss = power / fit.power
            return loss[0] < 4 * loss[1] && loss[1] < 4 * loss[0]
                && (30...100_000).contains(power.sum() / fit.power.sum())
        }
    }

    /// The leg it was proved on.
    var leg: Int
    /// Samples counted from the first.
    var range: Range<Int>
    var pair: Pair
}
