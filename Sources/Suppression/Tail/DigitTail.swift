/// The tail of a digit: what is heard of it after its release, through a filter that rings, a room or a codec.
///
/// Fits of the digit's pair follow the tail hop by hop. If the pair is a large part of the sound, the hop is filled.
/// If speech or noise is louder, only the pair is subtracted. The tail ends when the pair no longer stands out, or no
/// longer decays.
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
        /// The highest level of a tail is this many dB above the lowest so far, because the tail of a room fades and
        /// returns.
        static let rise: Float = 16
        /// dB a hop by which the level falls that counts as the lowest, behind a digit whose end is confirmed. Tones of
        /// a room cancel each other for some milliseconds, by more than ``rise``. In a stream the end is less certain,
        /// and a voice may follow: the level counts as it is.
        static let confirmedFall: Float = 0.7
        /// Decay of that limit in dB a hop. 60 dB in 0.6 s is the reverberation time of a large office.
        static let decay: Float = 0.1
        /// Least level of a tail relative to its digit, in dB. A decoder that hears −40 dBm0 does not read what lies
        /// below it after the loudest digit, even at 20 dB of gain. With ``decay``, no tail is longer than 0.6 s.
        static let floor: Float = -60
        /// Number of successive hops without a tail that end it.
        static let gapHops = 25
    }

    /// Frequencies in radians a sample.
    let turn: SIMD2<Double>
    /// First sample of the next hop to be judged.
    private(set) var next: Int
    /// Highest level that the tail can have now, in dB of the mean square.
    private var limit: Float
    /// Lowest level of a tail that is removed.
    private let floor: Float
    /// dB a hop by which ``level`` may fall.
    private let fall: Float
    /// Whether a receiver gave the end of the digit.
    let isConfirmed: Bool
    /// Level of the tail; it falls no faster than ``fall``.
    private var level = -Float.infinity
    private var absentHops = 0

    /// - Parameters:
    ///   - power: Mean square of the digit while the key was down.
    ///   - start: First sample after the digit.
    ///   - isConfirmed: Whether a receiver gave that sample.
    init(turn: SIMD2<Double>, power: Float, start: Int, isConfirmed: Bool = false) {
        self.turn = turn
        next = start
        limit = dB(power)
        floor = limit + Threshold.floor
        self.isConfirmed = isConfirmed
        fall = isConfirmed ? Threshold.confirmedFall : .infinity
    }

    var isOver: Bool { absentHops > Threshold.gapHops }

    /// The verdict on the next hop, which has `length` samples.
    ///
    /// - Parameter fit: The pair, fitted to the sound around the hop.
    mutating func judge(_ fit: PairFit, length: Int) -> Verdict {
        next += length
        limit -= Threshold.decay
        let now = dB(fit.power.sum())
        guard fit.explained > Threshold.share, now <= limit, now >= floor else {
            absentHops += 1
            return .absent
        }
        absentHops = 0
        level = max(now, level - fall)
        limit = min(limit, level + Threshold.rise)
        return fit.explained > Threshold.loudShare ? .loud : .faint
    }
}
