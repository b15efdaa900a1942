/// A digit that a leg's receiver confirmed, and the tones by which other legs recognise its echo.
struct ConfirmedDigit: Sendable {
    /// The two tones of a digit, measured where it was purest.
    struct Pair: Sendable {
        /// Radians a sample, low and high.
        var turn = SIMD2<Double>()
        /// Power of each tone, mean square.
        var power = SIMD2<Float>()

        /// What an echo of the pair must show.
        private enum Threshold {
            /// Least share of the energy that the pair explains.
            static let share = 0.2
            /// Largest difference in loss between the tones, as a ratio of powers: 6 dB.
            static let lossRatio: Float = 4
            /// Loss in power: 15 to 50 dB.
            static let loss: ClosedRange<Float> = 30...100_000
            /// Largest change of phase in radians, and of power as a ratio (2 dB), from one fit to the next.
            static let phaseChange = 0.5
            static let powerChange: ClosedRange<Float> = 0.63...1.6
        }

        /// Whether `fit`, made at the frequencies of this pair, may be its echo.
        func isEchoed(by fit: PairFit) -> Bool {
            fit.explained > Threshold.share && mayBeEchoed(by: fit)
        }

        /// Whether two fits, `apart` samples from one another, belong to one echo. The echo may be a small share of the
        /// sound.
        ///
        /// Speech over the echo does not keep its phase and its level at both frequencies for 40 ms.
        func isEchoed(by first: PairFit, and second: PairFit, apart: Int) -> Bool {
            guard mayBeEchoed(by: first), mayBeEchoed(by: second) else { return false }
            let early = PairFit.wrapped(second.phase - first.phase - turn * Double(apart))
            let ratio = second.power / first.power
            return abs(early[0]) < Threshold.phaseChange && abs(early[1]) < Threshold.phaseChange
                && Threshold.powerChange.contains(ratio[0]) && Threshold.powerChange.contains(ratio[1])
        }

        private func mayBeEchoed(by fit: PairFit) -> Bool {
            let loss = power / fit.power
            return loss[0] < Threshold.lossRatio * loss[1] && loss[1] < Threshold.lossRatio * loss[0]
                && Threshold.loss.contains(power.sum() / fit.power.sum())
        }
    }

    /// The leg that carried it.
    var leg: Int
    /// Samples, counted from the first of the leg.
    var range: Range<Int>
    var pair: Pair
}

extension [ConfirmedDigit] {
    /// Whether a digit lies within `reach` samples of `range`.
    func contains(within reach: Int, of range: Range<Int>) -> Bool {
        contains {
            $0.range.lowerBound - reach < range.upperBound && range.lowerBound < $0.range.upperBound + reach
        }
    }
}
