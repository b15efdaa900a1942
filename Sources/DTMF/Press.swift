/// A key that may be being pressed: the evidence so far.
struct Press: Sendable {
    let key: Key
    /// Whether it has been reported.
    var decided = false
    /// First sample, once reported.
    var onset = 0
    /// Windows in which the pair was there.
    private(set) var presentCount = 0
    /// Windows since it was last there.
    private(set) var absentRun = 0
    private var lowPower = 0.0
    private var highPower = 0.0
    private var purity = 0.0
    private var pairEnergy = 0.0
    private var restEnergy = 0.0
    private var lowAdvance = Phasor()
    private var highAdvance = Phasor()
    /// The last windows, newest last; absent ones are empty.
    private var recent: (PairWindow, PairWindow, PairWindow) = (PairWindow(), PairWindow(), PairWindow())
    /// The purest of the first windows and of the last: where the edges are sought from.
    private(set) var early = PairWindow()
    private(set) var late = PairWindow()
    /// First hop after the first and the last window in which the pair was there.
    private(set) var firstHop = 0
    private(set) var lastHop = 0

    init(key: Key) { self.key = key }

    /// Hops between the two windows whose phases give the frequency: 5 ms, unambiguous to ±100 Hz.
    static let advanceHops = 2
    /// Least share of the pair in a window in which it is there.
    static let presence: Float = 0.35
    private static let edgeWindows = 6

    /// Takes the window that follows; says whether the pair was there.
    mutating func update(_ window: PairWindow, minimumPower: Float) -> Bool {
        if !decided, presentCount > 0, presentCount <= 4, Double(window.lowPower) > 4 * meanLowPower,
            Double(window.highPower) > 4 * meanHighPower
        {
            self = Press(key: key)
        }
        let present =
            window.purity >= Self.presence && window.lowPower >= minimumPower && window.highPower >= minimumPower
            && Double(window.lowPower) >= 0.25 * meanLowPower && Double(window.highPower) >= 0.25 * meanHighPower
        guard present else {
            absentRun += 1
            shift(PairWindow())
            return false
        }
        if presentCount == 0 { firstHop = window.endHop }
        presentCount += 1
        absentRun = 0
        lastHop = window.endHop
        lowPower += Double(window.lowPower)
        highPower += Double(window.highPower)
        purity += Double(window.purity)
        restEnergy += Double(window.rest)
        pairEnergy += Double(window.rest) * Double(window.purity) / max(1e-9, 1 - Double(window.purity))
        if recent.1.endHop != 0 {
            lowAdvance.addProduct(window.low, conjugateOf: recent.1.low)
            highAdvance.addProduct(window.high, conjugateOf: recent.1.high)
        }
        shift(window)
        if presentCount <= Self.edgeWindows, window.purity > early.purity { early = window }
        if window.purity >= late.purity - 0.02 || window.endHop - late.endHop > Self.edgeWindows { late = window }
        return true
    }

    private mutating func shift(_ window: PairWindow) { recent = (recent.1, recent.2, window) }

    var meanLowPower: Double { presentCount == 0 ? 0 : lowPower / Double(presentCount) }
    var meanHighPower: Double { presentCount == 0 ? 0 : highPower / Double(presentCount) }
    var meanPurity: Double { presentCount == 0 ? 0 : purity / Double(presentCount) }
    var ratio: Double { pairEnergy / max(restEnergy, 1e-12) }

    /// Measured frequency of the low tone in Hz.
    var lowHz: Double { Self.frequency(lowAdvance, near: key.lowHz) }
    /// Measured frequency of the high tone in Hz.
    var highHz: Double { Self.frequency(highAdvance, near: key.highHz) }

    private static func frequency(_ advance: Phasor, near nominal: Double) -> Double {
        let seconds = Double(advanceHops * Frame.hop) / Frame.rate
        let cycles = advance.angle / (2 * .pi) - nominal * seconds
        return nominal + (cycles - cycles.rounded()) / seconds
    }
}
