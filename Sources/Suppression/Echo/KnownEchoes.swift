/// What is known of the echoes from each leg on each other leg.
struct KnownEchoes: Sendable {
    /// Least and largest delay of an echo, in seconds.
    static let delay = (least: 0.012, most: 0.160)
    /// Pieces of digits without an echo after which a path counts as having none. Under speech, two or three presses
    /// give this many.
    private static let piecesThatTell = 6
    /// Largest gain in power of an unknown path: −10 dB.
    private static let largestUnknownGain: Float = 0.1
    /// Factor in power by which the gain of a known path may exceed that of its taps: 6 dB.
    private static let gainMargin: Float = 4

    private let legs: Int
    /// The low rate in samples a second.
    private let rate: Double
    /// The least delay in samples of the low rate.
    let earliest: Int
    private var echoes: [EchoPath.Echo]

    init(legs: Int, rate: Double) {
        (self.legs, self.rate) = (legs, rate)
        earliest = Int(Self.delay.least * rate)
        echoes = Array(repeating: EchoPath.Echo(), count: legs * legs)
    }

    subscript(from source: Int, to leg: Int) -> EchoPath.Echo {
        get { echoes[source * legs + leg] }
        set { echoes[source * legs + leg] = newValue }
    }

    /// Delays in milliseconds at which `leg` may carry an echo of `source` that the canceller does not subtract.
    ///
    /// - Parameter isAssumed: Whether a path that no press has shown yet counts as one with an echo.
    /// - Returns: `nil` if there is no such echo.
    func unknownDelays(from source: Int, to leg: Int, isAssumed: Bool) -> ClosedRange<Int>? {
        let echo = self[from: source, to: leg]
        if let first = echo.first {
            guard !echo.isWhole else { return nil }
            let delay = Int(1000 * Double(earliest + first + EchoPath.taps / 2) / rate)
            return delay...delay
        }
        guard echo.isHeard ?? isAssumed else { return nil }
        return Int(1000 * Self.delay.least)...Int(1000 * Self.delay.most)
    }

    /// Largest gain in power of a pair from `source` to `leg`; 0 if there is no echo.
    ///
    /// - Parameters:
    ///   - pair: The two frequencies in Hz.
    ///   - isAssumed: Whether an echo is assumed even if none was heard.
    func largestGain(of pair: SIMD2<Double>, from source: Int, to leg: Int, isAssumed: Bool) -> Float {
        guard !isAssumed else { return Self.largestUnknownGain }
        let echo = self[from: source, to: leg]
        guard echo.piecesWithout ?? 0 < Self.piecesThatTell else { return 0 }
        guard echo.isWhole else { return Self.largestUnknownGain }
        let turn = pair * (2 * Double.pi / rate)
        return min(Self.largestUnknownGain, Self.gainMargin * max(echo.gain(at: turn[0]), echo.gain(at: turn[1])))
    }
}
