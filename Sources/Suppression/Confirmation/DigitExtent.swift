internal import DTMF

/// The first and the last audible sample of a confirmed digit.
///
/// The receiver reports an onset where its windows allow one. Speech that runs into the digit may move the onset back.
/// Speech over the digit, or a low-rate codec, may hide more of its beginning. So the pair is followed outwards from
/// the place where it is purest.
struct DigitExtent: Sendable {
    /// Fits the pair of a key to a range of samples.
    typealias Fit = (Key, Range<Int>) -> PairFit

    /// Limits of the pair that is followed. Times are in milliseconds. They were chosen on the made calls of
    /// <doc:Training>.
    private enum Threshold {
        /// Length of a fit, and distance from one fit to the next.
        static let fitLength = 20
        static let step = 2
        /// Half the distance between the two fits that give the frequencies.
        static let frequencySpan = 3
        /// Least share of the energy that the pair explains, before and after the receiver's onset. After it speech may
        /// hide the pair.
        static let shareBeforeOnset = 0.35
        static let shareAfterOnset = 0.15
        /// Power of each tone, relative to that where it is purest: 7 dB either way.
        static let power: ClosedRange<Float> = 0.2...5
        /// How far the pair is followed where louder speech hides its phase: both tones keep that power at least.
        static let hiddenReach = 100
        /// Largest phase error in radians.
        static let phaseError = 0.9
        /// How far the pair is followed back from the receiver's onset.
        static let reach = 200
        /// Least distance from the purest place at which the phase corrects the frequencies.
        static let correctionDistance = 6
        /// How far the ends are followed beyond that by level alone, and the least relative power there: −30 dB.
        static let fadeReach = 40
        static let fadePower: Float = 0.001
        /// Length of a fit near the ends.
        static let fadeLength = 10
    }

    private let sampleRate: Double
    /// Samples in a millisecond.
    private let ms: Int

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        ms = Int(0.001 * sampleRate)
    }

    /// The first audible sample of `key`, and its tones. The receiver found the key from `onset` on.
    ///
    /// The pair is followed back as long as both tones keep their phase, and their level within 7 dB. Then it is
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
        var (start, surest) = (purest, purest)
        for first in stride(from: purest - step, through: max(0, onset - Threshold.reach * ms), by: -step) {
            let plain = fit(key, first..<first + length)
            let ratio = plain.power / purestFit.power
            let early = PairFit.wrapped(plain.phase + turn * Double(purest - first) - purestFit.phase)
            let least = first < onset ? Threshold.shareBeforeOnset : Threshold.shareAfterOnset
            let isThere =
                plain.explained > least && Threshold.power.contains(ratio[0]) && Threshold.power.contains(ratio[1])
                && abs(early[0]) < Threshold.phaseError && abs(early[1]) < Threshold.phaseError
            if isThere {
                (start, surest) = (first, first)
                // The frequencies are known better the further the pair has been followed.
                if first <= purest - Threshold.correctionDistance * ms { turn -= early / Double(2 * (purest - first)) }
            } else if isLoud(plain, over: purestFit.power), surest - first <= Threshold.hiddenReach * ms {
                start = first
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

    /// Frequencies of the pair in radians a sample: the nominal ones, corrected by the phase over 6 ms around sample
    /// `purest`.
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

    /// Whether both tones are about as loud as `power` or louder, so that the pair may be there under louder speech.
    private func isLoud(_ fit: PairFit, over power: SIMD2<Float>) -> Bool {
        fit.power[0] > Threshold.power.lowerBound * power[0] && fit.power[1] > Threshold.power.lowerBound * power[1]
    }

    /// One past the last audible sample of `key`, which the receiver heard during `press`.
    ///
    /// Through a low-rate codec a digit fades and comes back at its end. So the pair is followed for 40 ms beyond the
    /// receiver's end, as long as it lies within 30 dB, and for 100 ms as long as louder speech may hide it.
    ///
    /// - Parameter power: Power of each tone where the pair is purest.
    func end(of key: Key, press: Range<Int>, power: SIMD2<Float>, received: Int, _ fit: Fit) -> Int {
        let length = Threshold.fadeLength * ms
        let middle = (press.lowerBound + press.upperBound) / 2
        let level = fit(key, max(press.lowerBound, middle - length)..<middle + length).power.sum()
        var end = press.upperBound
        while end < press.upperBound + Threshold.fadeReach * ms, end + length <= received,
            fit(key, end..<end + length).power.sum() > Threshold.fadePower * level
        {
            end += Threshold.step * ms
        }
        let long = Threshold.fitLength * ms
        while end < press.upperBound + Threshold.hiddenReach * ms, end + long <= received,
            isLoud(fit(key, end..<end + long), over: power)
        {
            end += Threshold.step * ms
        }
        return end
    }
}
