/// The judge of whole key presses: two steady pure tones over several 25 ms windows, one every 5 ms.
struct PressJudge {
    /// Purity of the short window below which the long one is not worth its transform.
    static let worthALook: Float = 0.5

    /// Tolerance of each tone in a window that may belong to a press; Q.24 accepts 1.5 %, noise and codecs shake it.
    private static let looseOffset: Float = 0.025
    private static let loosePurity: Float = 0.7
    private static let strictPurity: Float = 0.9
    /// High over low tone in dB.
    private static let twist: ClosedRange<Float> = -14...10
    private static let leastLevel: Float = -50
    /// How far a tone may wander within a press, as a fraction.
    private static let wander: Float = 0.008

    private struct Run {
        var first: Int
        var last: Int
        var windows = 0
        var strict = 0
        var lowHz: Float = 0
        var highHz: Float = 0
        var level: Float = -200
    }

    private let channel: Int
    private let hop: Int
    private var run: Run?

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// The hop at which a press that is not yet decided began.
    var openSince: Int? { run.map { $0.first - 8 } }

    mutating func hear(_ frame: PairFrame, hop index: Int, _ report: (Finding) -> Void) {
        guard belongs(frame) else { return close(report) }
        if let current = run, !steady(frame, current) { close(report) }
        var current = run ?? Run(first: index, last: index)
        let weight = 1 / Float(current.windows + 1)
        current.lowHz += (frame.lowHz - current.lowHz) * weight
        current.highHz += (frame.highHz - current.highHz) * weight
        current.windows += 1
        current.last = index
        current.level = max(current.level, frame.levelDBm0)
        if frame.purity > Self.strictPurity { current.strict += 1 }
        run = current
    }

    mutating func finish(_ report: (Finding) -> Void) { close(report) }

    private func belongs(_ frame: PairFrame) -> Bool {
        frame.purity > Self.loosePurity && frame.levelDBm0 > Self.leastLevel && Self.twist.contains(frame.highMinusLow)
            && frame.offset < Self.looseOffset
    }

    private func steady(_ frame: PairFrame, _ run: Run) -> Bool {
        abs(frame.lowHz / run.lowHz - 1) < Self.wander && abs(frame.highHz / run.highHz - 1) < Self.wander
    }

    private mutating func close(_ report: (Finding) -> Void) {
        guard let ended = run else { return }
        run = nil
        guard ended.strict >= 2 else { return }
        // A window is 0.7 pure once the tone fills a third of it: the tone reaches 2.5 ms beyond the centres.
        let (start, end) = (ended.first * hop - hop, ended.last * hop + hop)
        report(
            Finding(
                channel: channel, start: max(0, start), end: end, kind: .digit, levelDBm0: Double(ended.level),
                lowHz: Double(ended.lowHz), highHz: Double(ended.highHz)))
    }
}
