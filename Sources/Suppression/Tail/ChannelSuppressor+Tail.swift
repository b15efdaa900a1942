/// Removal of the tail of a digit.
extension ChannelSuppressor {
    /// Hops of a fit before the hop that is judged, and from the first sample of that hop on.
    ///
    /// The fit of 18 ms is a notch of 55 Hz at each frequency. In a stream, its hop has not left yet.
    private static let hopsBefore = 8
    private static let hopsFrom = 10

    /// Seconds after the end of a digit in which the receiver confirms it, and after the end of a confirmed digit in
    /// which only that digit has a tail.
    private static let confirmationWait = 0.1
    private static let confirmedReach = 0.3

    /// Follows the last digit and its tail up to the newest hop.
    ///
    /// In a stream, a tail begins when the followed digit is no longer heard. In a file, it begins there if the
    /// receiver does not confirm that digit.
    mutating func followTail() {
        if let begun = unconfirmedTail, received > begun.next + Int(Self.confirmationWait * sampleRate) {
            unconfirmedTail = nil
            let reach = Int(Self.confirmedReach * sampleRate)
            if !confirmation.hasConfirmed(within: reach, of: begun.next) { tail = begun }
        }
        if let digit = onsetDetector.ownDigit {
            let turn = SIMD2(digit.lowHz, digit.highHz) * (2 * Double.pi / sampleRate)
            let begun = DigitTail(turn: turn, power: digit.power, start: received)
            if !confirmation.canRevoke {
                if tail.map({ !$0.holds(turn: turn, power: digit.power) }) ?? true { tail = begun }
            } else if unconfirmedTail.map({ received <= $0.next + OnsetDetector.gapHops * hop }) ?? true {
                // A tone that comes back later is the tail itself.
                unconfirmedTail = begun
            }
        }
        while let tail, tail.next + Self.hopsFrom * hop <= received { removeTail() }
    }

    /// Begins to follow the tail of a confirmed digit, if the end of the digit is known.
    mutating func followTail(of digit: ConfirmedDigit) {
        guard confirmation.canRevoke, !confirmation.isAmidDigit else { return }
        tail = DigitTail(
            turn: digit.pair.turn, power: digit.pair.power.sum(), start: digit.range.upperBound, isConfirmed: true)
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
                plan.subtractTail(first + $0, $1, isConfirmed: followed.isConfirmed)
            }
        }
    }
}
