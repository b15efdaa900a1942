internal import DTMF

/// Attenuation of a voice's harmonic that a receiver would take for one tone of a digit.
extension ChannelSuppressor {
    /// Frequencies tried around each tone of the false digit, in percent. A receiver accepts a tone that is about 3 %
    /// off.
    private static let harmonicErrors = -3...3
    /// Place of the nominal frequency among them.
    private static let nominalLane = 3

    /// Subtracts the weaker tone of a false digit from the newest 12 or 20 ms, as far as they have not left.
    mutating func attenuate(_ digit: TalkOffGuard.FalseDigit) {
        let block = max(emitted, received - Int(digit.reach * sampleRate))..<received
        if isUnattenuated(block) {
            attenuatedUntil = received
            return
        }
        let (found, turn) = harmonics(near: digit, in: block)
        var fit = found
        if digit.isLowWeaker { fit.coefficients.highHalf = .zero } else { fit.coefficients.lowHalf = .zero }
        // While the false digit goes on, each sample takes the fit in whose middle it lies.
        let renewed = max(0, attenuatedUntil - block.count / 2 - block.lowerBound)..<block.count
        fit.values(in: renewed, low: turn[0], high: turn[1]) {
            plan.attenuate(block.lowerBound + $0, by: digit.surplus * $1)
        }
        attenuatedUntil = received
    }

    /// Whether nothing of `block` will be attenuated, because its first sample is going to be filled as a tone.
    ///
    /// Behind the end of a digit, a receiver still hears the digit in its window.
    private func isUnattenuated(_ block: Range<Int>) -> Bool {
        !confirmation.canRevoke && block.count <= Int(TalkOffGuard.reach * sampleRate)
            && plan.fillsTone(at: block.lowerBound)
    }

    /// The fit of two harmonics of a voice to `block`, and their radians a sample.
    ///
    /// The harmonics lie near the tones of `digit` and seldom at them.
    private func harmonics(
        near digit: TalkOffGuard.FalseDigit, in block: Range<Int>
    ) -> (fit: PairFit, turn: SIMD2<Double>) {
        let tones = SIMD2(ToneFrequency.low[digit.low], ToneFrequency.high[digit.high])
        var turn = tones * (2 * Double.pi / sampleRate)
        let fit = ring.withSamples(block) { samples in
            var best: Double?
            // The stronger harmonic is searched first.
            for round in 0..<2 {
                let varied = digit.isLowWeaker ? 1 - round : round
                let nominal = turn
                var others = SIMD8(repeating: nominal[varied])
                for (lane, percent) in Self.harmonicErrors.enumerated() {
                    others[lane] *= 1 + 0.01 * Double(percent)
                }
                let shares = PairFit.shares(
                    of: samples, at: nominal[1 - varied], with: others, isLow: varied == 0)
                for (lane, percent) in Self.harmonicErrors.enumerated() {
                    // The nominal frequency is kept unless another explains more.
                    if percent == 0 || shares[lane] <= best ?? shares[Self.nominalLane] { continue }
                    (best, turn[varied]) = (shares[lane], others[lane])
                }
                best = best ?? shares[Self.nominalLane]
            }
            return PairFit(samples, low: turn[0], high: turn[1])
        }
        return (fit, turn)
    }
}
