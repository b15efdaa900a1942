internal import DTMF

/// Attenuation of a voice's harmonic that a receiver would take for one tone of a digit.
extension ChannelSuppressor {
    /// Frequencies tried around each tone of the false digit, in percent. A receiver accepts a tone that is about 3 %
    /// off.
    private static let harmonicErrors = -3...3

    /// Subtracts the weaker tone of a false digit from the newest 12 or 20 ms, as far as they have not left.
    mutating func attenuate(_ digit: TalkOffGuard.FalseDigit) {
        let block = max(emitted, received - Int(digit.reach * sampleRate))..<received
        let (found, turn) = harmonics(near: digit, in: block)
        var fit = found
        if digit.isLowWeaker { fit.coefficients.highHalf = .zero } else { fit.coefficients.lowHalf = .zero }
        // While the false digit goes on, each sample takes the fit in whose middle it lies.
        let renewed = max(0, attenuatedUntil - block.count / 2 - block.lowerBound)..<block.count
        fit.values(in: renewed, low: turn[0], high: turn[1]) {
            surplus[(block.lowerBound + $0) & (capacity - 1)] = digit.surplus * $1
        }
        attenuatedUntil = received
    }

    /// The fit of two harmonics of a voice to `block`, and their frequencies in radians a sample.
    ///
    /// The harmonics lie near the tones of `digit`, seldom exactly at them.
    private func harmonics(
        near digit: TalkOffGuard.FalseDigit, in block: Range<Int>
    ) -> (fit: PairFit, turn: SIMD2<Double>) {
        let tones = SIMD2(ToneFrequency.low[digit.low], ToneFrequency.high[digit.high])
        var turn = tones * (2 * Double.pi / sampleRate)
        var best = fit(block, turn)
        // The stronger harmonic is searched first.
        let weaker = digit.isLowWeaker ? 0 : 1
        for round in 1...2 {
            let nominal = turn
            for percent in Self.harmonicErrors where percent != 0 {
                var other = nominal
                other[(weaker + round) % 2] *= 1 + 0.01 * Double(percent)
                let candidate = fit(block, other)
                if candidate.explained > best.explained { (best, turn) = (candidate, other) }
            }
        }
        return (best, turn)
    }
}
