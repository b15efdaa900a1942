/// The tail of a digit: what is heard of it after its release, through a filter that rings, a room or a codec.
///
/// Fits of the digit's pair follow the tail hop by hop. If the pair is a large part of the sound, the hop is filled.
/// If speech or noise is louder, only the pair is subtracted. The tail ends when the pair no longer stands out, or no
/// longer decays.
///
/// The reflections of a room change the pair within a fit, so that a fit finds little of it and subtracts less, though
/// a receiver reads it in a longer window. So a hop whose whole sound is far below the digit is filled if the pair is
/// there, and for as long as the sound has only faded since: speech would make it louder.
struct DigitTail: Sendable {
    /// What happens to a hop.
    enum Verdict: Sendable {
        /// It passes.
        case absent
        /// It is filled.
        case loud
        /// The pair is subtracted.
        case faint
    }

    /// Limits of a tail. They were chosen on made calls through rooms and ringing filters (<doc:HowItWorks>).
    enum Threshold {
        /// Least share of the pair in the sound of a hop that is filled, and of a hop from which the pair is
        /// subtracted. In white noise, a fit of four parameters to 144 samples explains 0.03 on average.
        static let loudShare = 0.3
        static let share = 0.12
        /// A sound is quiet if it is this many dB below the digit, and the decay of ``decay`` since.
        static let quiet: Float = 10
        /// Largest rise in dB of a sound that fades.
        static let fadingRise: Float = 1
        /// In a sound that is not quiet, the highest level of a tail is this many dB above the lowest so far, because
        /// the tail of a room fades and returns.
        static let rise: Float = 16
        /// Decay of that limit in dB a hop. 60 dB in 0.6 s is the reverberation time of a large office.
        static let decay: Float = 0.1
        /// Least level of a tail relative to its digit, in dB. A decoder that hears −40 dBm0 does not read what lies
        /// below it after the loudest digit, even at 20 dB of gain. With ``decay``, no tail is longer than 0.6 s.
        static let floor: Float = -60
        /// Number of successive hops without a tail that end it.
        static let gapHops = 25
        /// Another digit is this many dB below the digit at most, and the decay of ``decay`` since.
        static let otherDigit: Float = 6
        /// Largest difference between a tail's frequencies and its digit's, as a fraction: a third of the distance
        /// between two tones.
        static let tolerance = 0.03
    }

    /// Frequencies in radians a sample.
    let turn: SIMD2<Double>
    /// First sample of the next hop to be judged.
    private(set) var next: Int
    /// Highest level that the tail can have now, in dB of the mean square.
    private var limit: Float
    /// Level of the digit, less the decay since.
    private var digitLevel: Float
    /// Lowest level of a tail that is removed.
    private let floor: Float
    /// Whether a receiver gave the end of the digit.
    let isConfirmed: Bool
    /// Lowest level of the sound that has only faded since the digit, or since the tail was there.
    private var fadedLevel = Float.infinity
    private var absentHops = 0

    /// - Parameters:
    ///   - power: Mean square of the digit while the key was down.
    ///   - start: First sample after the digit.
    ///   - isConfirmed: Whether a receiver gave that sample.
    init(turn: SIMD2<Double>, power: Float, start: Int, isConfirmed: Bool = false) {
        self.turn = turn
        next = start
        digitLevel = dB(power)
        limit = digitLevel
        floor = limit + Threshold.floor
        self.isConfirmed = isConfirmed
    }

    /// Whether a pair is this tail rather than another digit. A faint one of other tones is: a room mixes them.
    func holds(turn: SIMD2<Double>, power: Float) -> Bool {
        let level = dB(power)
        if level <= digitLevel - Threshold.otherDigit { return true }
        let change = turn / self.turn - 1
        return abs(change[0]) < Threshold.tolerance && abs(change[1]) < Threshold.tolerance && level <= limit
    }

    var isOver: Bool { absentHops > Threshold.gapHops }

    /// The verdict on the next hop, which has `length` samples.
    ///
    /// - Parameter fit: The pair, fitted to the sound around the hop.
    mutating func judge(_ fit: PairFit, length: Int) -> Verdict {
        next += length
        limit -= Threshold.decay
        digitLevel -= Threshold.decay
        let level = dB(fit.power.sum())
        let soundLevel = level - dB(Float(fit.explained))
        let isQuiet = soundLevel <= digitLevel - Threshold.quiet
        let isThere = fit.explained > Threshold.share && (isQuiet || level <= limit) && level >= floor
        let hasFaded = soundLevel <= fadedLevel + Threshold.fadingRise
        fadedLevel =
            isThere && isQuiet ? soundLevel : hasFaded || !isQuiet ? min(fadedLevel, soundLevel) : -.infinity
        guard isThere else {
            absentHops += 1
            return isQuiet && hasFaded && soundLevel >= floor ? .loud : .absent
        }
        absentHops = 0
        limit = min(limit, level + Threshold.rise)
        return isQuiet || fit.explained > Threshold.loudShare ? .loud : .faint
    }
}
