internal import DTMF

/// The presses of one leg that were found before its audio comes, in order of time.
///
/// A receiver that hears a recording as a whole finds presses under speech and noise that no stream receiver confirms.
struct KnownPresses: Sendable {
    /// Seconds behind the end of a press after which its ends are followed. Until then the leg's own receiver may
    /// confirm it. A long press is begun earlier, before its first samples leave.
    private static let release = 0.035
    private static let longestWait = 0.190
    /// Seconds of a long press that the own receiver must have confirmed by then.
    private static let early = (from: 0.060, to: 0.085)
    /// Seconds at its end by which two receivers may differ.
    private static let edge = 0.005

    /// The presses that are not over.
    private var presses: ArraySlice<KeyPress>
    private let sampleRate: Double
    /// The first audible sample and the tones of the press that is being removed.
    private var begun: (start: Int, pair: ConfirmedDigit.Pair)?
    /// Sample from which there may be a press to remove.
    private(set) var dueAt = Int.max

    init(_ presses: [KeyPress], sampleRate: Double) {
        (self.presses, self.sampleRate) = (presses[...], sampleRate)
        expectNext()
    }

    private func samples(_ seconds: Double) -> Int { Int(seconds * sampleRate) }

    private mutating func expectNext() {
        begun = nil
        dueAt =
            presses.first.map {
                min($0.end + samples(Self.release), $0.start + samples(Self.longestWait))
            } ?? .max
    }

    /// The press that goes on or ends now, as far as it was received. Ask from ``dueAt`` on.
    ///
    /// - Parameters:
    ///   - isConfirmed: Whether the leg's own receiver confirmed all of a range.
    ///   - mayBeEcho: Whether a range may be an echo. Such a press is given once it is over.
    mutating func next(
        received: Int, _ extent: DigitExtent, isConfirmed: (Range<Int>) -> Bool, mayBeEcho: (Range<Int>) -> Bool,
        fit: DigitExtent.Fit
    ) -> (range: Range<Int>, pair: ConfirmedDigit.Pair)? {
        guard let press = presses.first else { return nil }
        let range = press.start..<max(press.start, press.end)
        let over = range.upperBound + samples(Self.release)
        guard received >= over else {
            let early = range.lowerBound + samples(Self.early.from)..<range.lowerBound + samples(Self.early.to)
            if begun == nil, mayBeEcho(range) || isConfirmed(early) {
                dueAt = over
                return nil
            }
            let (start, pair) = begin(press.key, range, received, extent, fit)
            return (start..<max(start + 1, min(received, range.upperBound)), pair)
        }
        defer {
            presses.removeFirst()
            expectNext()
        }
        // Speech before a press may deceive the receiver of whole recordings about the beginning.
        let isHeard = isConfirmed(range.suffix(range.count / 2).dropLast(samples(Self.edge)))
        if begun == nil, isHeard { return nil }
        let (start, pair) = begin(press.key, range, received, extent, fit)
        let end = extent.end(of: press.key, press: range, power: pair.power, received: received, fit)
        return (start..<max(start, end), pair)
    }

    private mutating func begin(
        _ key: Key, _ range: Range<Int>, _ received: Int, _ extent: DigitExtent, _ fit: DigitExtent.Fit
    ) -> (start: Int, pair: ConfirmedDigit.Pair) {
        let now =
            begun ?? extent.start(of: key, onset: range.lowerBound, received: min(received, range.upperBound), fit)
        begun = now
        return now
    }
}
