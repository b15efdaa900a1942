/// One way for a press to prove itself: every limit must hold.
///
/// A short clean press and a long noisy one are both keys, but no single threshold tells both from speech. Each criterion
/// trades length and steadiness against purity; ``DetectorProfile/criteria`` lists those of a profile, and any one is enough.
public struct Criterion: Sendable, Hashable {
    /// Least number of 10 ms windows, a hop (2.5 ms) apart, in which the pair is there.
    public var minimumWindows: Int
    /// Least time in seconds from the first to the last sample of the tone; 0 where the number of windows says it.
    public var minimumDuration: Double = 0
    /// Number of windows from which the duration need not be measured.
    public var ampleWindows: Int = .max
    /// Least mean share of the pair in the windows' energy, hum and dial tone apart, 0…1.
    public var minimumToneRatio: Double = 0
    /// Least share of the pair in the newest window: the tone still goes on.
    public var minimumNewestToneRatio: Double = 0
    /// Least number of windows that are 93 % pair.
    public var minimumCleanWindows: Int = 0
    /// Least number of windows that are 96 % pair.
    public var minimumPureWindows: Int = 0
    /// Least share of the former and of the latter in all.
    public var minimumCleanShare: Double = 0
    public var minimumPureShare: Double = 0
    /// Largest standard deviation of a tone's amplitude, over its mean.
    public var maximumAmplitudeDeviation: Double = .infinity
    /// Least agreement of the phase advances, 0…1.
    public var minimumCoherence: Double = 0
    /// Largest change in Hz of a tone's frequency within the press.
    public var maximumDrift: Double = .infinity
    /// Largest deviation of a tone from nominal, as a fraction, where it is tighter than the profile's.
    public var maximumFrequencyError: Double = .infinity
    /// Largest twist in dB in either direction, where it is tighter than the profile's.
    public var maximumTwist: Double = .infinity
    /// Largest spread, largest deviation and least agreement of the windows that are 93 % pair, where the rest is damaged.
    public var maximumCleanAmplitudeDeviation: Double = .infinity
    public var maximumCleanFrequencyError: Double = .infinity
    public var minimumCleanCoherence: Double = 0
    /// Largest share of hum and dial tone in the energy, 0…1.
    public var maximumInterferenceShare: Double = 1
    /// Whether the noise must have been there before the tone, at the level that it has within.
    public var needsSteadyNoise = false

    /// A criterion that asks for a number of windows and nothing else yet.
    public init(minimumWindows: Int) { self.minimumWindows = minimumWindows }

    func holds(for press: PressMeasurement) -> Bool {
        press.windows >= minimumWindows && press.toneRatio >= minimumToneRatio
            && press.newestToneRatio >= minimumNewestToneRatio
            && press.cleanWindows >= minimumCleanWindows && press.pureWindows >= minimumPureWindows
            && Double(press.cleanWindows) >= minimumCleanShare * Double(press.windows)
            && Double(press.pureWindows) >= minimumPureShare * Double(press.windows)
            && press.amplitudeDeviation <= maximumAmplitudeDeviation && press.coherence >= minimumCoherence
            && press.frequencyError <= maximumFrequencyError && abs(press.twist) <= maximumTwist
            && press.interferenceShare <= maximumInterferenceShare
            && press.cleanAmplitudeDeviation <= maximumCleanAmplitudeDeviation
            // These three cost time to compute: only where the criterion limits them.
            && (maximumDrift == .infinity || press.drift <= maximumDrift)
            && (maximumCleanFrequencyError == .infinity || press.cleanFrequencyError <= maximumCleanFrequencyError)
            && (minimumCleanCoherence == 0 || press.cleanCoherence >= minimumCleanCoherence)
    }
}

extension Criterion {
    private static func make(minimumWindows: Int, _ set: (inout Criterion) -> Void) -> Criterion {
        var criterion = Criterion(minimumWindows: minimumWindows)
        set(&criterion)
        return criterion
    }

    /// A clean line: a key as soon as it is longer than the 23 ms that Q.24 wants refused.
    public static let clean = make(minimumWindows: 9) {
        $0.minimumDuration = 0.0245
        $0.minimumToneRatio = 0.95
        $0.minimumNewestToneRatio = 0.93
        $0.maximumAmplitudeDeviation = 0.15
        $0.maximumDrift = 6
    }
    /// A 40 ms tone with a hole or a burst of up to 10 ms in it: what is left of it is pure, equal and in tune.
    public static let interrupted = make(minimumWindows: 9) {
        $0.minimumDuration = 0.0245
        $0.ampleWindows = 12
        $0.minimumCleanWindows = 4
        $0.minimumPureWindows = 4
        $0.minimumPureShare = 0.25
        $0.maximumCleanAmplitudeDeviation = 0.045
        $0.maximumCleanFrequencyError = 0.0162
        $0.minimumCleanCoherence = 0.985
    }
    /// The same with noise in what is left.
    public static let interruptedNoisy = make(minimumWindows: 13) {
        $0.minimumCleanWindows = 6
        $0.minimumCleanShare = 0.4
        $0.maximumCleanAmplitudeDeviation = 0.05
        $0.maximumCleanFrequencyError = 0.0162
        $0.minimumCleanCoherence = 0.985
    }
    /// Whole stretches of pure tone, whatever lies between them: lost and repeated packets, a hand on the keypad.
    public static let patched = make(minimumWindows: 11) {
        $0.minimumPureWindows = 9
        $0.minimumPureShare = 0.35
        $0.maximumFrequencyError = 0.018
    }
    /// Noise or clipping some 9 dB under the pair.
    public static let noisy = make(minimumWindows: 13) {
        $0.minimumToneRatio = 0.88
        $0.maximumAmplitudeDeviation = 0.17
        $0.maximumFrequencyError = 0.018
        $0.minimumCoherence = 0.985
        $0.maximumDrift = 7
    }
    /// Noise at 9 dB in a 50 ms tone.
    public static let noisier = make(minimumWindows: 15) {
        $0.minimumToneRatio = 0.855
        $0.maximumAmplitudeDeviation = 0.15
        $0.minimumCoherence = 0.99
        $0.maximumDrift = 5
        $0.maximumFrequencyError = 0.012
    }
    /// White noise down to 2 dB under the pair for 60 ms: only a steady pair on its nominal frequencies is believed.
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
