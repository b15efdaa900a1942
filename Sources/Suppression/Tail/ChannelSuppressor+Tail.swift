/// Removal of the tail of a digit.
extension ChannelSuppressor {
    /// Hops of a fit before the hop that is judged, and from the first sample of that hop on.
    ///
    /// The fit of 18 ms is a notch of 55 Hz at each frequency. In a stream, its hop has not left yet.
    private static let hopsBefore = 8
    private static let hopsFrom = 10

    /// Follows the last digit and its tail up to the newest hop.
    ///
    /// In a stream, a tail begins when the followed digit is no longer heard.
    mutating func followTail() {
        if !confirmation.canRevoke, let digit = onsetDetector.ownDigit {
            let turn = SIMD2(digit.lowHz, digit.highHz) * (2 * Double.pi / sampleRate)
            tail = DigitTail(turn: turn, power: digit.power, start: received)
        }
        while let tail, tail.next + Self.hopsFrom * hop <= received { removeTail() }
    }

    /// Begins to follow the tail of a confirmed digit, if the end of the digit is known.
    mutating func followTail(of digit: ConfirmedDigit) {
        guard confirmation.canRevoke else { return }
        tail = DigitTail(turn: digit.pair.turn, power: digit.pair.power.sum(), start: digit.range.upperBound)
    }

    /// Removes the tail from the next hop, if it is there.
    private mutating func removeTail() {
        guard var followed = tail else { return }
        let (start, hop) = (followed.next, hop)
        let first = start - Self.hopsBefore * hop
        let fit = fit(first..<start + Self.hopsFrom * hop, followed.turn)
        let verdict = followed.judge(fit, length: hop)
        tail = followed.isOver ? nil : followed
        switch verdict {
        case .absent: break
        case .loud: plan.fillTail(start..<start + hop)
        case .faint:
            fit.values(in: start - first..<start - first + hop, low: followed.turn[0], high: followed.turn[1]) {
                plan.subtractTail(first + $0, $1)
            }
        }
    }
}
