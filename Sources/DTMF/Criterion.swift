/// One set of limits that proves a press to be a digit. Every limit must hold.
///
/// A short clean press and a long noisy one are both digits, but no single threshold separates both from speech. Each
/// criterion trades length and steadiness against the tone ratio. ``DetectorProfile/criteria`` lists those of a
/// profile; one of them is enough. A limit that is not set always holds.
public struct Criterion: Sendable, Hashable {
    /// Least number of 10 ms windows, a hop (2.5 ms) apart, in which the pair is present.
    public var minimumWindows: Int
    /// Least time in seconds from the first to the last sample of the tone; 0 if the number of windows is enough.
    public var minimumDuration: Double = 0
    /// Number of windows that makes a measurement of the duration unnecessary.
    public var ampleWindows: Int = .max
    /// Least mean share of the pair in the windows' energy, without hum and dial tone, 0…1.
    public var minimumToneRatio: Double = 0
    /// Least share of the pair in the newest window, 0…1. It shows that the tone still goes on.
    public var minimumNewestToneRatio: Double = 0
    /// Least number of clean windows (93 % pair) and of pure windows (96 % pair).
    public var minimumCleanWindows: Int = 0
    public var minimumPureWindows: Int = 0
    /// Least share of clean windows, and of pure windows, in all windows, 0…1.
    public var minimumCleanShare: Double = 0
    public var minimumPureShare: Double = 0
    /// Largest standard deviation of a tone's amplitude, relative to its mean.
    public var maximumAmplitudeDeviation: Double = .infinity
    /// Least agreement of the phase advances, 0…1.
    public var minimumCoherence: Double = 0
    /// Largest change of a tone's frequency within the press, in Hz.
    public var maximumDrift: Double = .infinity
    /// Largest frequency error of a tone as a fraction of nominal, where it is narrower than the profile's.
    public var maximumFrequencyError: Double = .infinity
    /// Largest twist in dB in either direction, where it is narrower than the profile's.
    public var maximumTwist: Double = .infinity
    /// Limits of the clean windows alone, for a press that is damaged elsewhere.
    public var maximumCleanAmplitudeDeviation: Double = .infinity
    public var maximumCleanFrequencyError: Double = .infinity
    public var minimumCleanCoherence: Double = 0
    /// Largest share of interference (hum and dial tone) in the energy, 0…1.
    public var maximumInterferenceShare: Double = 1
    /// Whether the noise before the tone must be as loud as the noise within it.
    public var needsSteadyNoise = false

    /// A criterion with a least number of windows and no other limit.
    public init(minimumWindows: Int) { self.minimumWindows = minimumWindows }
}

extension Criterion {
    private static func make(minimumWindows: Int, _ set: (inout Criterion) -> Void) -> Criterion {
        var criterion = Criterion(minimumWindows: minimumWindows)
        set(&criterion)
        return criterion
    }

    /// Limits that several criteria share. Windows are a hop (2.5 ms) apart.
    private enum Limit {
        /// Seconds, longer than the 23 ms that Q.24 requires a receiver to refuse.
        static let shortestDigit = 0.0245
        /// Share of the pair in a clean window.
        static let cleanToneRatio = 0.93
        /// Fraction of nominal. Q.24 allows a receiver to accept up to 1.8 %.
        static let frequencyError = 0.018
        /// The same in noise, where music passes for keys that are further off. Q.24 requires 1.5 %.
        static let noisyFrequencyError = 0.0165
        /// The same for clean windows, which show it best.
        static let cleanFrequencyError = 0.0162
        /// Agreement of phase advances in noise 9 dB below the pair.
        static let coherence = 0.985
    }

    /// A clean line. A press is a digit as soon as it is longer than the 23 ms that Q.24 requires a receiver to refuse.
    public static let clean = make(minimumWindows: 9) {
        $0.minimumDuration = Limit.shortestDigit
        $0.minimumToneRatio = 0.95
        $0.minimumNewestToneRatio = Limit.cleanToneRatio
        $0.maximumAmplitudeDeviation = 0.15
        $0.maximumDrift = 6
    }
    /// A tone of 40 ms with a hole or a burst of up to 10 ms in it. The rest is pure, steady and in tune.
    public static let interrupted = make(minimumWindows: 9) {
        $0.minimumDuration = Limit.shortestDigit
        $0.ampleWindows = 12
        $0.minimumCleanWindows = 4
        $0.minimumPureWindows = 4
        $0.minimumPureShare = 0.25
        $0.maximumCleanAmplitudeDeviation = 0.045
        $0.maximumCleanFrequencyError = Limit.cleanFrequencyError
        $0.minimumCleanCoherence = Limit.coherence
    }
    /// The same with noise in the rest.
    public static let interruptedNoisy = make(minimumWindows: 13) {
        $0.minimumCleanWindows = 6
        $0.minimumCleanShare = 0.4
        $0.maximumCleanAmplitudeDeviation = 0.05
        $0.maximumCleanFrequencyError = Limit.cleanFrequencyError
        $0.minimumCleanCoherence = Limit.coherence
    }
    /// Stretches of pure tone with anything between them, such as lost and repeated packets or a hand on the keypad.
    public static let patched = make(minimumWindows: 11) {
        $0.minimumPureWindows = 9
        $0.minimumPureShare = 0.35
        $0.maximumFrequencyError = Limit.frequencyError
    }
    /// Noise or clipping about 9 dB below the pair.
    public static let noisy = make(minimumWindows: 13) {
        $0.minimumToneRatio = 0.88
        $0.maximumAmplitudeDeviation = 0.17
        $0.maximumFrequencyError = Limit.noisyFrequencyError
        $0.minimumCoherence = Limit.coherence
        $0.maximumDrift = 7
    }
    /// Noise 9 dB below the pair in a tone of 50 ms.
    public static let noisier = make(minimumWindows: 15) {
        $0.minimumToneRatio = 0.855
        $0.maximumAmplitudeDeviation = 0.15
        $0.minimumCoherence = 0.99
        $0.maximumDrift = 5
        $0.maximumFrequencyError = 0.012
    }
    /// White noise down to 2 dB below the pair for 60 ms. The pair must be steady and at its nominal frequencies.
    public static let deepNoise = make(minimumWindows: 22) {
        $0.minimumToneRatio = 0.55
        $0.maximumAmplitudeDeviation = 0.24
        $0.minimumCoherence = 0.975
        $0.maximumDrift = 6
        $0.maximumFrequencyError = 0.007
        $0.maximumTwist = 4
        $0.maximumInterferenceShare = 0.1
        $0.needsSteadyNoise = true
    }
}
