@testable import DTMF

/// A key that may be pressed now, with the windows in which its pair is present.
struct Press: Sendable {
    /// The key. It has no meaning while ``isIdle``.
    private(set) var key = Key.one
    /// Whether it has been reported.
    private(set) var isDecided = false
    /// The measurement of a reported press, without its end.
    private(set) var measured: KeyPress?
    /// The latest windows in which the pair is present, oldest first. It is empty once the press is decided.
    private(set) var log: [PairWindow] = []
    /// Whether the log goes back to the beginning of the press.
    private(set) var isWhole = true
    /// Number of windows in which the pair was present.
    private(set) var presentCount = 0
    /// Number of windows since the pair was last present.
    private(set) var absentRun = 0
    /// The purest of the last windows, from which the search for the end starts.
    private(set) var late = PairWindow()
    private var lateToneRatio: Float = 0
    /// First hop after the last window in which the pair was present.
    private(set) var lastHop = 0
    private var toneRatioSum = 0.0
    private var nearlyCleanWindows = 0
    private var (lowPower, highPower) = (0.0, 0.0)
    /// Mean squared amplitude of each tone in the windows in which the pair was present.
    private var (meanLowPower, meanHighPower) = (0.0, 0.0)
    /// Squared amplitude of each tone in the last window in which the pair was present or fading.
    private var (lastLowPower, lastHighPower) = (0.0, 0.0)
    /// Number of successive windows in which the pair has faded.
    private(set) var fadedRun = 0
    /// The same before the window in which it returned.
    private var fadedBefore = 0

    /// Hops between the two windows whose phases give the frequency: 5 ms, unambiguous to ±100 Hz.
    static let advanceHops = 2
    private static let logCapacity = 48
    /// Number of windows dropped at a time if the log is full.
    private static let logStep = 8

    /// Limits of presence in a window.
    private enum Presence {
        /// Least share of the pair.
        static let toneRatio: Float = 0.35
        /// Least power of a tone relative to its mean in the press: half the amplitude, as in a window with the edge in
        /// its middle.
        static let power = 0.25
        /// A decided press fades, in a slope or in a step of up to 14 dB, if the pair is this share of a window and has
        /// this power relative to the window before. A step takes four windows.
        static let fadingToneRatio: Float = 0.8
        static let fadingPower = 0.15
        /// Factor on the energy that a window must hold, for the part that both tones share.
        static let energyMargin = 0.5
        /// For a decided press: power of a tone relative to its mean, and share of both in the energy, from the raw
        /// bins.
        static let plainPower = 0.5
        static let plainShare = 0.7
        /// The press starts anew if the power rises this far above its mean (6 dB) within this number of windows.
        static let stepUp = 4.0
        static let stepUpWindows = 4
    }

    /// Limits that hold whenever a ``Criterion`` does. The tone ratios here are not corrected for frequency errors.
    ///
    /// A frequency error within a profile's tolerance takes a quarter of a window's tone ratio at most.
    private enum Candidate {
        static let toneRatio = 0.64
        static let nearlyClean: Float = 0.7
        static let nearlyCleanWindows = 4
        static let noisyToneRatio = 0.4
        static let noisyWindows = 20
    }

    /// Number of last windows among which the purest is chosen, and the lead in purity that an earlier one needs.
    private static let edgeWindows = 6
    private static let edgeToneRatio: Float = 0.02
    /// Windows without the pair that an undecided press outlasts: 2, and 2 for each window with the pair.
    private static let patience = 2

    init() { log.reserveCapacity(Self.logCapacity) }

    /// Whether nothing is followed.
    var isIdle: Bool { presentCount == 0 }

    /// Whether a ``PressMeasurement`` could meet a criterion.
    var mayBeDigit: Bool {
        let mean = toneRatioSum / Double(presentCount)
        return mean >= Candidate.toneRatio || nearlyCleanWindows >= Candidate.nearlyCleanWindows
            || (presentCount >= Candidate.noisyWindows && mean >= Candidate.noisyToneRatio)
    }

    /// Energy that a window must hold for the pair to be present: that of both tones at half their amplitude.
    var leastEnergy: Float {
        var power = Presence.power * (meanLowPower + meanHighPower)
        if isDecided { power = min(power, Presence.fadingPower * (lastLowPower + lastHighPower)) }
        return Float(Presence.energyMargin * power) * Float(Frame.window) / 2
    }

    /// Whether the pair is present at its level.
    var isSteady: Bool { absentRun == 0 && fadedRun == 0 }

    /// Whether the pair has been absent for `limit` windows, or has returned after it had faded for so many: then the
    /// key was pressed again. A press with few windows is given up sooner.
    func isOver(after limit: Int) -> Bool {
        fadedBefore >= limit
            || absentRun >= (isDecided ? limit : min(limit, Self.patience + Self.patience * presentCount))
    }

    /// Notes windows that are too quiet for the pair.
    mutating func markAbsent(_ windows: Int = 1) { absentRun += windows }

    /// Whether the raw bins of a window with `energy` clearly show the tones.
    func isPlainlyPresent(_ power: Float8, energy: Float) -> Bool {
        let low = Double(power[key.row])
        let high = Double(power[4 + key.column])
        // |Σ|² of a sine of amplitude A over a window is (A·N/2)².
        let unit = Double(Frame.window * Frame.window) / 4
        return low >= Presence.plainPower * meanLowPower * unit && high >= Presence.plainPower * meanHighPower * unit
            && (low + high) * 2 / Double(Frame.window) >= Presence.plainShare * Double(energy)
    }

    /// Notes a window that clearly shows the tones.
    mutating func markPresent(endHop: Int) {
        lastHop = endHop
        absentRun = 0
    }

    /// Forgets everything.
    mutating func reset() {
        presentCount = 0
        isDecided = false
        absentRun = 0
        isWhole = true
        log.removeAll(keepingCapacity: true)
        late = PairWindow()
        lateToneRatio = 0
        (lowPower, highPower, meanLowPower, meanHighPower, toneRatioSum) = (0, 0, 0, 0, 0)
        (lastLowPower, lastHighPower, fadedRun, fadedBefore) = (0, 0, 0, 0)
        measured = nil
        nearlyCleanWindows = 0
    }

    /// Starts to follow `key` with its first window. The slot stays idle if the pair is too weak there.
    mutating func begin(_ key: Key, _ window: PairWindow, minimumPower: Float) {
        reset()
        self.key = key
        _ = update(window, minimumPower: minimumPower)
    }

    /// Takes the next window. Returns whether the pair is present in it.
    mutating func update(_ window: PairWindow, minimumPower: Float) -> Bool {
        if !isDecided, presentCount > 0, presentCount <= Presence.stepUpWindows,
            Double(window.lowPower) > Presence.stepUp * meanLowPower,
            Double(window.highPower) > Presence.stepUp * meanHighPower
        {
            // The windows so far were a faint precursor of this tone.
            reset()
        }
        let isPresent =
            window.toneRatio >= Presence.toneRatio && window.lowPower >= minimumPower
            && window.highPower >= minimumPower
            && Double(window.lowPower) >= Presence.power * meanLowPower
            && Double(window.highPower) >= Presence.power * meanHighPower
        fadedBefore = isPresent ? fadedRun : 0
        fadedRun = !isPresent && isFading(window, minimumPower) ? fadedRun + 1 : 0
        guard isPresent else {
            if fadedRun == 0 { markAbsent() } else { noteFaded(window) }
            return false
        }
        absentRun = 0
        if fadedBefore == 0 { add(window) }
        return true
    }

    /// Whether a decided press goes on in `window` although its level is lower.
    ///
    /// A tone that does not break off is one press, whatever its level. That of a phone with a weak battery or of a
    /// fading radio link falls by 20 dB.
    private func isFading(_ window: PairWindow, _ minimumPower: Float) -> Bool {
        isDecided && window.toneRatio >= Presence.fadingToneRatio && window.lowPower >= minimumPower
            && window.highPower >= minimumPower
            && Double(window.lowPower) >= Presence.fadingPower * lastLowPower
            && Double(window.highPower) >= Presence.fadingPower * lastHighPower
    }

    private mutating func noteFaded(_ window: PairWindow) {
        absentRun = 0
        lastHop = window.endHop
        (lastLowPower, lastHighPower) = (Double(window.lowPower), Double(window.highPower))
    }

    private mutating func add(_ window: PairWindow) {
        presentCount += 1
        lastHop = window.endHop
        (lastLowPower, lastHighPower) = (Double(window.lowPower), Double(window.highPower))
        let toneRatio = window.toneRatio
        toneRatioSum += Double(toneRatio)
        if toneRatio >= Candidate.nearlyClean { nearlyCleanWindows += 1 }
        lowPower += Double(window.lowPower)
        highPower += Double(window.highPower)
        let share = 1 / Double(presentCount)
        (meanLowPower, meanHighPower) = (lowPower * share, highPower * share)
        if toneRatio >= lateToneRatio - Self.edgeToneRatio || window.endHop - late.endHop > Self.edgeWindows {
            late = window
            lateToneRatio = toneRatio
        }
        guard !isDecided else { return }
        if log.count == Self.logCapacity {
            log.removeFirst(Self.logStep)
            isWhole = false
        }
        log.append(window)
    }

    /// Marks the press as reported, with the measurement that proved it.
    mutating func decide(onset: Int, measurement: PressMeasurement) {
        isDecided = true
        measured = KeyPress(
            key: key, start: onset, end: onset, lowHz: measurement.lowHz, highHz: measurement.highHz,
            levelDBm0: measurement.levelDBm0, twist: measurement.twist, signalToNoise: measurement.signalToNoise)
        log.removeAll(keepingCapacity: true)
    }
}
