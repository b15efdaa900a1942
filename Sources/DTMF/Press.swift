/// A key that may be being pressed: the windows in which its pair was there.
struct Press: Sendable {
    /// The key; meaningless while ``isIdle``.
    private(set) var key = Key.one
    /// Whether it has been reported.
    private(set) var isDecided = false
    /// What was measured, once reported; its end is not known yet.
    private(set) var measured: KeyPress?
    /// The windows in which the pair was there, oldest first; only the latest are kept, and none once it is decided.
    private(set) var log: [PairWindow] = []
    /// Whether the log goes back to the beginning of the press.
    private(set) var isWhole = true
    /// Windows in which the pair was there.
    private(set) var presentCount = 0
    /// Windows since the pair was last there.
    private(set) var absentRun = 0
    /// The purest of the last windows: where the end is sought from.
    private(set) var late = PairWindow()
    private var lateToneRatio: Float = 0
    /// First hop after the last window in which the pair was there.
    private(set) var lastHop = 0
    private var toneRatioSum = 0.0
    private var nearlyClean = 0
    private var (lowPower, highPower) = (0.0, 0.0)
    /// Mean squared amplitude of each tone in the windows in which the pair was there.
    private var (meanLowPower, meanHighPower) = (0.0, 0.0)

    /// Hops between the two windows whose phases give the frequency: 5 ms, unambiguous to ±100 Hz.
    static let advanceHops = 2
    /// Least share of the pair in a window in which it is there.
    static let presence: Float = 0.35
    /// Share of the press's mean power under which a tone is not there: half the amplitude, which is where the edge lies in
    /// the middle of the window.
    private static let powerFraction = 0.25
    private static let logCapacity = 48
    private static let logStep = 8
    private static let edgeWindows = 6

    init() { log.reserveCapacity(Self.logCapacity) }

    /// Whether no press is being followed.
    var isIdle: Bool { presentCount == 0 }

    /// Whether ``PressMeasurement`` could meet any criterion: what must hold of the plain purities when it does.
    ///
    /// Detuning within a profile's tolerance takes no more than a quarter of a window's purity away.
    var mayBeKey: Bool {
        let mean = toneRatioSum / Double(presentCount)
        return mean >= 0.64 || nearlyClean >= 4 || (presentCount >= 20 && mean >= 0.4)
    }

    /// Energy that a window must hold for the pair to be there at all.
    var leastEnergy: Float {
        // Both tones at half their amplitude explain this much of a window; the margin covers what they share.
        Float(0.5 * Self.powerFraction * (meanLowPower + meanHighPower)) * Float(Frame.window) / 2
    }

    /// Whether the pair has been gone for `limit` windows; what was hardly there is given up sooner.
    func isOver(after limit: Int) -> Bool {
        absentRun >= (isDecided ? limit : min(limit, 2 + 2 * presentCount))
    }

    /// Notes a window that is too quiet for the pair.
    mutating func markAbsent(_ windows: Int = 1) { absentRun += windows }

    /// Whether the tones are plainly still there in the raw bins of a window that holds `energy`.
    func isPlainlyPresent(_ power: Float8, energy: Float) -> Bool {
        let low = Double(power[key.row])
        let high = Double(power[4 + key.column])
        // |Σ|² of a sine of amplitude A over a window is (A·N/2)².
        let unit = Double(Frame.window * Frame.window) / 4
        return low >= 0.5 * meanLowPower * unit && high >= 0.5 * meanHighPower * unit
            && (low + high) * 2 / Double(Frame.window) >= 0.7 * Double(energy)
    }

    /// Notes a window in which the tones are plainly there.
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
        measured = nil
        nearlyClean = 0
    }

    /// Starts to follow `key` with its first window; idle still where the pair is too weak in it.
    mutating func begin(_ key: Key, _ window: PairWindow, minimumPower: Float) {
        reset()
        self.key = key
        _ = update(window, minimumPower: minimumPower)
    }

    /// Takes the window that follows; says whether the pair was there.
    mutating func update(_ window: PairWindow, minimumPower: Float) -> Bool {
        if !isDecided, presentCount > 0, presentCount <= 4, Double(window.lowPower) > 4 * meanLowPower,
            Double(window.highPower) > 4 * meanHighPower
        {
            // What was followed so far was a faint forerunner of this tone.
            reset()
        }
        let isPresent =
            window.toneRatio >= Self.presence && window.lowPower >= minimumPower && window.highPower >= minimumPower
            && Double(window.lowPower) >= Self.powerFraction * meanLowPower
            && Double(window.highPower) >= Self.powerFraction * meanHighPower
        guard isPresent else {
            markAbsent()
            return false
        }
        absentRun = 0
        add(window)
        return true
    }

    private mutating func add(_ window: PairWindow) {
        presentCount += 1
        lastHop = window.endHop
        let windowToneRatio = window.toneRatio
        toneRatioSum += Double(windowToneRatio)
        if windowToneRatio >= 0.7 { nearlyClean += 1 }
        lowPower += Double(window.lowPower)
        highPower += Double(window.highPower)
        let share = 1 / Double(presentCount)
        (meanLowPower, meanHighPower) = (lowPower * share, highPower * share)
        if windowToneRatio >= lateToneRatio - 0.02 || window.endHop - late.endHop > Self.edgeWindows {
            late = window
            lateToneRatio = windowToneRatio
        }
        guard !isDecided else { return }
        if log.count == Self.logCapacity {
            log.removeFirst(Self.logStep)
            isWhole = false
        }
        log.append(window)
    }

    /// Marks the press as reported, with what proved it.
    mutating func decide(onset: Int, measurement: PressMeasurement) {
        isDecided = true
        measured = KeyPress(
            key: key, start: onset, end: onset, lowHz: measurement.lowHz, highHz: measurement.highHz,
            levelDBm0: measurement.levelDBm0, twist: measurement.twist, signalToNoise: measurement.signalToNoise)
        log.removeAll(keepingCapacity: true)
    }

}
