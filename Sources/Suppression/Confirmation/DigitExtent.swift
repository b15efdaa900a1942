internal import DTMF

/// Where a confirmed digit began and ended to be audible.
///
/// The receiver's onset lies where its windows allow one. Speech that ends in the digit may lie before it. Speech over
/// the digit, or a low-rate codec, may hide more of its beginning. So the pair is followed outwards from where it is
/// purest.
struct DigitExtent: Sendable {
    /// Fits the pair of a key to a range of samples.
    typealias Fit = (Key, Range<Int>) -> PairFit

    /// Limits of the pair that is followed; times in milliseconds. Chosen on the made calls that <doc:Training> names.
    private enum Threshold {
        /// Length of a fit, and distance from one fit to the next.
        static let fitLength = 20
        static let step = 2
        /// Half the distance of the two fits that give the frequencies.
        static let frequencySpan = 3
        /// Least share explained: before the receiver's onset, and after it, where speech may hide the pair.
        static let shareBeforeOnset = 0.35
        static let shareAfterOnset = 0.15
        /// Power of each tone over that where it is purest: 7 dB either way.
        static let power: ClosedRange<Float> = 0.2...5
        /// Largest phase error in radians.
        static let phaseError = 0.9
        /// How far back the pair is followed from the receiver's onset.
        static let reach = 200
        /// Distance from the purest place from which on the phase corrects the frequencies.
        static let correctionDistance = 6
        /// How far the ends are followed beyond that, by level alone, and with which power: −30 dB.
        static let fadeReach = 40
        static let fadePower: Float = 0.001
        /// Length of a fit to the ends.
        static let fadeLength = 10
    }

    private let sampleRate: Double
    /// Samples in a millisecond.
    private let ms: Int

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        ms = Int(0.001 * sampleRate)
    }

    /// The first audible sample of `key`, which the receiver found from `onset` on, and its tones.
    ///
    /// The pair is followed back as long as both tones keep their level within 7 dB and their phase. Then it is
    /// followed for 40 ms more as long as it lies within 30 dB.
    func start(
        of key: Key, onset: Int, received: Int, _ fit: Fit
    ) -> (start: Int, pair: ConfirmedDigit.Pair) {
        let length = Threshold.fitLength * ms
        let step = Threshold.step * ms
        var (purest, purestFit) = (onset, fit(key, onset..<onset + length))
        for first in stride(from: onset + step, through: received - length, by: step) {
            let plain = fit(key, first..<first + length)
            if plain.explained > purestFit.explained { (purest, purestFit) = (first, plain) }
        }
        var turn = turn(of: key, near: purest, received: received, fit)
        let pair = ConfirmedDigit.Pair(turn: turn, power: purestFit.power)
        var start = purest
        for first in stride(from: purest - step, through: max(0, onset - Threshold.reach * ms), by: -step) {
            let plain = fit(key, first..<first + length)
            let ratio = plain.power / purestFit.power
            let early = PairFit.wrapped(plain.phase + turn * Double(purest - first) - purestFit.phase)
            let least = first < onset ? Threshold.shareBeforeOnset : Threshold.shareAfterOnset
            let isThere =
                plain.explained > least && Threshold.power.contains(ratio[0]) && Threshold.power.contains(ratio[1])
                && abs(early[0]) < Threshold.phaseError && abs(early[1]) < Threshold.phaseError
            if isThere {
                start = first
                // The further the pair was followed, the better its frequencies are known.
                if first <= purest - Threshold.correctionDistance * ms { turn -= early / Double(2 * (purest - first)) }
            } else if first < onset {
                break
            }
        }
        let followed = start
        let least = Threshold.fadePower * purestFit.power.sum()
        while start >= max(step, followed - (Threshold.fadeReach - Threshold.step) * ms),
            fit(key, start - step..<start - step + Threshold.fadeLength * ms).power.sum() > least
        {
            start -= step
        }
        return (start, pair)
    }

    /// Frequencies of the pair in radians a sample: nominal, corrected by the phase over 6 ms around sample `purest`.
    private func turn(of key: Key, near purest: Int, received: Int, _ fit: Fit) -> SIMD2<Double> {
        let length = Threshold.fitLength * ms
        let nominal = SIMD2(key.lowHz, key.highHz) * (2 * Double.pi / sampleRate)
        let earlier = purest - Threshold.frequencySpan * ms
        let later = min(purest + Threshold.frequencySpan * ms, received - length)
        guard earlier >= 0, later > purest else { return nominal }
        let (before, after) = (fit(key, earlier..<earlier + length), fit(key, later..<later + length))
        let between = Double(later - earlier)
        return nominal + PairFit.wrapped(after.phase - before.phase - nominal * between) / between
    }

    /// One past the last audible sample of `key`, which the receiver heard during `press`.
    ///
    /// Through a low-rate codec a digit fades and comes back at its end. So the pair is followed on from the receiver's
    /// end for 40 ms as long as it lies within 30 dB.
    func end(of key: Key, press: Range<Int>, received: Int, _ fit: Fit) -> Int {
        let length = Threshold.fadeLength * ms
        let middle = (press.lowerBound + press.upperBound) / 2
        let level = fit(key, max(press.lowerBound, middle - length)..<middle + length).power.sum()
        var end = press.upperBound
        while end < press.upperBound + Threshold.fadeReach * ms, end + length <= received,
            fit(key, end..<end + length).power.sum() > Threshold.fadePower * level
        {
            end += Threshold.step * ms
        }
        return end
    }
}
