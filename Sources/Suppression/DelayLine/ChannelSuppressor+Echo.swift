/// Removal of an echo: the pair of another leg's tone is fitted to the sound and subtracted.
extension ChannelSuppressor {
    /// Times of the removal, in milliseconds.
    private enum Time {
        /// Age and length of the sound that is searched for the echo of a confirmed digit.
        static let age = 160
        static let length = 40
        /// Reach of a fit before and after the millisecond that is cleaned.
        static let fitReach = 9
        /// Samples that must still be held before the searched sound.
        static let margin = 10
        /// Hops of the fit around an expected echo, and age of the hop that is cleaned. That hop lies in the middle of
        /// the fit.
        static let notchHops = 18
        static let notchAge = 10
    }

    /// Subtracts the pair of another leg's digit from the 40 ms that were received 160 ms ago, if its echo is there.
    ///
    /// The echo may lie under speech.
    ///
    /// - Parameter largestGain: Largest gain in power from leg `source` to this one for a `pair` of frequencies in Hz.
    mutating func cancelEcho(largestGain: (_ source: Int, _ pair: SIMD2<Double>) -> Float) {
        let ms = Int(0.001 * sampleRate)
        let last = received - Time.age * ms
        let range = (last - Time.length * ms)..<last
        guard range.lowerBound - Time.margin * ms >= max(0, emitted) else { return }
        guard let digit = confirmation.echoed(through: range) else { return }
        let pair = digit.pair
        let most = largestGain(digit.leg, pair.turn * (sampleRate / (2 * Double.pi))) * pair.power.sum()
        let half = Time.length / 2 * ms
        let middle = last - half
        let fitted = fit(range, pair.turn)
        guard fitted.power.sum() < most,
            pair.isEchoed(by: fitted)
                || pair.isEchoed(
                    by: fit(range.lowerBound..<middle, pair.turn), and: fit(middle..<last, pair.turn), apart: half)
        else { return }
        let reach = Time.fitReach * ms
        for block in stride(from: range.lowerBound, to: range.upperBound, by: ms) {
            cancel(pair.turn, in: block..<(block + ms), fittedTo: (block - reach)..<(block + reach), isConfirmed: true)
        }
    }

    /// Subtracts the pair of `tone` from one hop, where an echo is due while someone speaks.
    ///
    /// A fit to the newest 18 ms is subtracted from the hop in its middle. This is a notch of 55 Hz at each frequency.
    mutating func cancel(_ tone: ActiveTone) {
        let hop = hop
        let first = received - Time.notchHops * hop
        let block = received - Time.notchAge * hop
        guard first >= 0, block >= emitted else { return }
        let turn = SIMD2(2 * Double.pi * tone.lowHz / sampleRate, 2 * Double.pi * tone.highHz / sampleRate)
        cancel(turn, in: block..<(block + hop), fittedTo: first..<received, isConfirmed: false)
        confirmation.suspect(block..<(block + hop), score: PairScore.least, isEcho: true)
    }

    /// Subtracts a pair from the samples of `block` that pass. The pair has `turn` radians a sample and is fitted to
    /// `around`.
    ///
    /// - Parameter isConfirmed: Whether the subtraction cannot be revoked.
    private mutating func cancel(
        _ turn: SIMD2<Double>, in block: Range<Int>, fittedTo around: Range<Int>, isConfirmed: Bool
    ) {
        let first = around.lowerBound
        fit(around, turn).values(in: block.lowerBound - first..<block.upperBound - first, low: turn[0], high: turn[1]) {
            let slot = (first + $0) & (capacity - 1)
            guard actions[slot] == .pass else { return }
            cancelled[slot] = $1
            actions[slot] = .cancel
            if isConfirmed { confirmed[slot] = true }
        }
    }
}
