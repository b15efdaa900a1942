/// One way for a press to prove itself: every limit must hold.
///
/// A short clean press and a long noisy one are both keys, but no single threshold tells both from speech. Each criterion
/// trades length and steadiness against purity; ``DetectorProfile/criteria`` lists those of a profile, and any one is enough.
public struct Criterion: Sendable, Hashable {
    /// Least number of 10 ms windows, a hop (2.5 ms) apart, in which the pair is there.
    public var windows: Int
    /// Least time in seconds from the first to the last sample of the tone; 0 where the number of windows says it.
    public var duration: Double = 0
    /// Number of windows from which the duration need not be measured.
    public var ampleWindows: Int = .max
    /// Least mean share of the pair in the windows' energy, hum and dial tone apart, 0…1.
    public var purity: Double = 0
    /// Least share of the pair in the newest window: the tone still goes on.
    public var lastPurity: Double = 0
    /// Least number of windows that are 93 % pair.
    public var cleanWindows: Int = 0
    /// Least number of windows that are 96 % pair.
    public var pureWindows: Int = 0
    /// Least share of the former and of the latter in all.
    public var cleanShare: Double = 0
    public var pureShare: Double = 0
    /// Largest standard deviation of a tone's amplitude, over its mean.
    public var spread: Double = .infinity
    /// Least agreement of the phase advances, 0…1.
    public var coherence: Double = 0
    /// Largest change in Hz of a tone's frequency within the press.
    public var drift: Double = .infinity
    /// Largest deviation of a tone from nominal, as a fraction, where it is tighter than the profile's.
    public var detune: Double = .infinity
    /// Largest twist in dB in either direction, where it is tighter than the profile's.
    public var twist: Double = .infinity
    /// Largest spread, largest deviation and least agreement of the windows that are 93 % pair, where the rest is damaged.
    public var cleanSpread: Double = .infinity
    public var cleanDetune: Double = .infinity
    public var cleanCoherence: Double = 0
    /// Largest share of hum and dial tone in the energy, 0…1.
    public var nuisance: Double = 1
    /// Whether the noise must have been there before the tone, at the level that it has within.
    public var needsSteadyNoise = false

    /// A criterion that asks for a number of windows and nothing else yet.
    public init(windows: Int) { self.windows = windows }

    func holds(for evidence: Evidence) -> Bool {
        evidence.windows >= windows && evidence.purity >= purity && evidence.lastPurity >= lastPurity
            && evidence.cleanWindows >= cleanWindows && evidence.pureWindows >= pureWindows
            && Double(evidence.cleanWindows) >= cleanShare * Double(evidence.windows)
            && Double(evidence.pureWindows) >= pureShare * Double(evidence.windows)
            && evidence.spread <= spread && evidence.coherence >= coherence
            && evidence.detune <= detune && abs(evidence.highMinusLow) <= twist && evidence.nuisance <= nuisance
            && evidence.cleanSpread <= cleanSpread
            // Dear to work out: only where something is asked of them.
            && (drift == .infinity || evidence.drift <= drift)
            && (cleanDetune == .infinity || evidence.cleanDetune <= cleanDetune)
            && (cleanCoherence == 0 || evidence.cleanCoherence >= cleanCoherence)
    }
}

extension Criterion {
    private static func make(windows: Int, _ set: (inout Criterion) -> Void) -> Criterion {
        var criterion = Criterion(windows: windows)
        set(&criterion)
        return criterion
    }

    /// A clean line: a key as soon as it is longer than the 23 ms that Q.24 wants refused.
    public static let clean = make(windows: 9) {
        $0.duration = 0.0245
        $0.purity = 0.95
        $0.lastPurity = 0.93
        $0.spread = 0.15
        $0.drift = 6
    }
    /// A 40 ms tone with a hole or a burst of up to 10 ms in it: what is left of it is pure, equal and in tune.
    public static let interrupted = make(windows: 9) {
        $0.duration = 0.0245
        $0.ampleWindows = 12
        $0.cleanWindows = 4
        $0.pureWindows = 4
        $0.pureShare = 0.25
        $0.cleanSpread = 0.045
        $0.cleanDetune = 0.0162
        $0.cleanCoherence = 0.985
    }
    /// The same with noise in what is left.
    public static let interruptedNoisy = make(windows: 13) {
        $0.cleanWindows = 6
        $0.cleanShare = 0.4
        $0.cleanSpread = 0.05
        $0.cleanDetune = 0.0162
        $0.cleanCoherence = 0.985
    }
    /// Whole stretches of pure tone, whatever lies between them: lost and repeated packets, a hand on the keypad.
    public static let patched = make(windows: 11) {
        $0.pureWindows = 9
        $0.pureShare = 0.35
        $0.detune = 0.018
    }
    /// Noise or clipping some 9 dB under the pair.
    public static let noisy = make(windows: 13) {
        $0.purity = 0.88
        $0.spread = 0.17
        $0.detune = 0.018
        $0.coherence = 0.985
        $0.drift = 7
    }
    /// Noise at 9 dB in a 50 ms tone.
    public static let noisier = make(windows: 15) {
        $0.purity = 0.855
        $0.spread = 0.15
        $0.coherence = 0.99
        $0.drift = 5
        $0.detune = 0.012
    }
    /// White noise down to 2 dB under the pair for 60 ms: only a steady pair on its nominal frequencies is believed.
    public static let deepNoise = make(windows: 22) {
        $0.purity = 0.55
        $0.spread = 0.24
        $0.coherence = 0.975
        $0.drift = 6
        $0.detune = 0.007
        $0.twist = 4
        $0.nuisance = 0.1
        $0.needsSteadyNoise = true
    }
}
