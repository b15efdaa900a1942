/// One set of limits that makes a segment of a recording a press. A limit that is not set always holds.
///
/// The limits were measured on three seeds of the hard battery and on 14.8 h of speech and music without keys. No limit
/// is closer to the keys than it must be.
struct LoneCriterion: Sendable {
    /// Least time in seconds.
    var duration: Double
    /// Least share of each tone in its band, and of the pair in the whole band, 0…1.
    var purity: Double
    var share: Double
    /// Largest frequency error of a tone, and change from frame to frame, as fractions of nominal.
    var error: Double
    var jitter = Double.infinity
    /// Least agreement of the phase advances over 5 ms, and over 20 ms, 0…1.
    var coherence: Double
    var farCoherence = 0.0
    /// Least time in seconds at which the agreement over 20 ms is required.
    var farDuration = 0.0
    /// Largest twist in dB in either direction.
    var twist: Double
    /// Largest standard deviation of a tone's level in dB.
    var levelDeviation = Double.infinity

    func holds(for press: PressEvidence) -> Bool {
        press.duration >= duration && press.purity >= purity && press.share >= share
            && press.frequencyError <= error && press.jitter <= jitter && press.coherence >= coherence
            && (press.farCoherence >= farCoherence || press.duration < farDuration) && abs(press.twist) <= twist
            && press.levelDeviation <= levelDeviation
    }

    /// The criteria for a press by itself; one of them is enough.
    static let all = [clean, short, shortest, twisted, besideOthers, inNoise]

    /// A press of 60 ms or more with any distortion of a line: clipping, flutter, a room.
    static let clean = LoneCriterion(
        duration: 0.060, purity: 0.85, share: 0.675, error: 0.018, jitter: 0.012, coherence: 0.97, twist: 9.5)
    /// A press of 40 ms.
    static let short = LoneCriterion(
        duration: 0.040, purity: 0.90, share: 0.75, error: 0.014, jitter: 0.012, coherence: 0.97, twist: 9.5)
    /// A press hardly longer than the 23 ms that Q.24 requires a receiver to refuse. It counts on a clean line only.
    static let shortest = LoneCriterion(
        duration: 0.027, purity: 0.93, share: 0.90, error: 0.016, jitter: 0.012, coherence: 0.985, twist: 8)
    /// A microphone or a long line attenuates one tone group.
    static let twisted = LoneCriterion(
        duration: 0.080, purity: 0.95, share: 0.90, error: 0.012, jitter: 0.009, coherence: 0.985, twist: 18)
    /// Another sound lies outside the two bands.
    static let besideOthers = LoneCriterion(
        duration: 0.100, purity: 0.90, share: 0.30, error: 0.015, jitter: 0.010, coherence: 0.99, farCoherence: 0.98,
        twist: 9, levelDeviation: 2)
    /// A press of a quarter of a second in noise.
    static let inNoise = LoneCriterion(
        duration: 0.250, purity: 0.75, share: 0.30, error: 0.010, jitter: 0.012, coherence: 0.985, farCoherence: 0.96,
        twist: 9, levelDeviation: 2)

    /// A press of a tenth of a second in noise as loud as the pair, with hardly any other sound around it.
    static let isolated = LoneCriterion(
        duration: 0.080, purity: 0.65, share: 0.35, error: 0.008, jitter: 0.014, coherence: 0.97, farCoherence: 0.93,
        twist: 5, levelDeviation: 2.5)
    /// Limits of a press next to two that meet a criterion by themselves.
    static let member = LoneCriterion(
        duration: 0.025, purity: 0.60, share: 0.12, error: 0.016, coherence: 0.90, farCoherence: 0.6,
        farDuration: 0.050, twist: 20)
    /// Limits of presses that confirm each other.
    static let good = LoneCriterion(
        duration: 0.045, purity: 0.66, share: 0.25, error: 0.016, coherence: 0.90, farCoherence: 0.8, twist: 20)
}
