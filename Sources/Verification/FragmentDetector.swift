internal import Glibc

/// Finds fragments: a pure pair in one 10 ms window that rises above the sound on both sides.
struct FragmentDetector {
    /// Hops that are searched back and ahead.
    static let reach = 24
    private static let sideHops = 4
    /// Largest width of a fragment in hops (45 ms between the points 10 dB down). ``PressDetector`` finds longer ones.
    private static let widest = 18
    private static let ringSize = 512
    /// Hops around a press in which its edges lie.
    private static let pressMargin = 8
    /// Largest gap in hops within one fragment.
    private static let gap = 4

    /// Least tone ratio of a fragment. `sides` is its level relative to the quieter sound on both sides, in dB.
    ///
    /// A fragment of 5 ms in silence has 0.96, one of 8 ms 0.99, one of 10 ms 0.999; noise 20 dB below it takes 0.01.
    /// What a voice leaves between its resonances is less pure or less abrupt; see <doc:Sensitivity>.
    private static func minimumToneRatio(sides: Float, isNarrow: Bool) -> Float {
        switch sides {
        case 30...: isNarrow ? 0.95 : 0.965
        case 20..<30: 0.965
        case 15..<20: 0.99
        case 10..<15: 0.995
        default: 2
        }
    }

    /// Limits of a candidate window.
    private enum Threshold {
        static let toneRatio: Float = 0.9
        /// Largest frequency error as a fraction, of a narrow fragment and of a wider one. Of a fragment of 5 ms with
        /// tones 1.5 % off, the window shows 0.030 at most, of one of 10 ms 0.017.
        static let narrowOffset: Float = 0.030
        static let offset: Float = 0.023
        /// Largest width in hops of a narrow fragment: one shorter than the window.
        static let narrow = 5
        /// High tone minus low tone in dB.
        static let twist: ClosedRange<Float> = -14...10
        /// Least level of the stronger tone in dBm0.
        static let level: Float = Level.leastTone
        /// Least purity amid music (``ToneContext``), however abrupt the fragment is.
        static let toneRatioAmidTones: Float = 0.99
        /// Ratio of the peak power to the power at which a fragment ends: 10 dB.
        static let edge: Float = 10
    }

    private let channel: Int
    private let hop: Int
    private var ring = [PairFrame](repeating: PairFrame(), count: Self.ringSize)
    private var newest = -1
    /// Presses, and fragments that may still prove to be edges of a press, in order of time.
    private var pending: [Finding] = []
    /// Frame before which a press was reported.
    private var covered = 0

    init(channel: Int, spectra: VerifierSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// Takes the 10 ms window whose centre is hop `index`.
    mutating func process(_ frame: PairFrame, hop index: Int, _ context: ToneContext) {
        ring[index & (Self.ringSize - 1)] = frame
        newest = index
        guard judged >= 0 else { return }
        judge(judged, context)
    }

    /// The latest hop whose context is known, minus a margin. The press detector has already passed it.
    private var judged: Int { newest - ToneContext.reach - Self.reach - Self.sideHops }

    /// Takes a press, and removes the fragments that are its edges.
    mutating func cover(_ press: Finding) {
        let margin = Self.pressMargin * hop
        pending.removeAll { $0.kind == .fragment && $0.end > press.start - margin && $0.start < press.end + margin }
        covered = max(covered, press.end + margin)
        if let index = pending.firstIndex(where: { $0.start < press.end && press.start < $0.end }) {
            pending[index].end = max(pending[index].end, press.end)
            return
        }
        pending.insert(press, at: pending.firstIndex { $0.start > press.start } ?? pending.endIndex)
    }

    /// Reports what cannot be an edge of a press any more.
    mutating func release(before hopIndex: Int, clippedTo end: Int, _ report: (Finding) -> Void) {
        let safe = min(hopIndex, judged - Self.pressMargin) * hop
        while let first = pending.first, first.end < safe {
            pending.removeFirst()
            self.report(first, end, report)
        }
    }

    /// Reports the remaining findings at the end of the recording.
    mutating func finish(clippedTo end: Int, _ report: (Finding) -> Void) {
        for finding in pending { self.report(finding, end, report) }
        pending = []
    }

    private func report(_ finding: Finding, _ end: Int, _ report: (Finding) -> Void) {
        var clipped = finding
        clipped.end = min(clipped.end, end)
        if clipped.start < clipped.end { report(clipped) }
    }

    private func at(_ index: Int) -> PairFrame { index < 0 ? PairFrame() : ring[index & (Self.ringSize - 1)] }

    private mutating func judge(_ index: Int, _ context: ToneContext) {
        let frame = at(index)
        guard frame.toneRatio > Threshold.toneRatio, frame.levelDBm0 > Threshold.level,
            Threshold.twist.contains(frame.twist), frame.offset < Threshold.narrowOffset, isPeak(index)
        else { return }
        var (left, right) = (index, index)
        let edge = frame.pair / Threshold.edge
        while left > index - Self.reach, at(left).pair > edge { left -= 1 }
        while right < index + Self.reach, at(right).pair > edge { right += 1 }
        let isNarrow = right - left <= Threshold.narrow
        guard right - left <= Self.widest, isNarrow || frame.offset < Threshold.offset else { return }
        let before = (left - 3...left).map { at($0).total }.min() ?? 0
        let after = (right...right + 3).map { at($0).total }.min() ?? 0
        let sides = 10 * log10f(frame.total / max(before, after, 1e-12))
        guard frame.toneRatio > Self.minimumToneRatio(sides: sides, isNarrow: isNarrow) else { return }
        let tonal = context.tonalFrames(before: left) &+ context.tonalFrames(after: right)
        if ToneContext.areMusic(tonal[1]), frame.toneRatio < Threshold.toneRatioAmidTones { return }
        let start = max(0, (left + 1) * hop)
        add(
            Finding(
                channel: channel, start: start, end: max(start + hop, (right - 1) * hop), kind: .fragment,
                levelDBm0: Double(frame.levelDBm0), lowHz: Double(frame.lowHz), highHz: Double(frame.highHz)))
    }

    /// Whether the pair is louder at hop `index` than in the two hops on each side.
    private func isPeak(_ index: Int) -> Bool {
        let pair = at(index).pair
        return (index - 2...index + 2).allSatisfy { near in
            near == index || !(at(near).pair > pair) && !(near == index - 1 && at(near).pair == pair)
        }
    }

    private mutating func add(_ finding: Finding) {
        guard finding.start >= covered else { return }
        if let last = pending.last, last.kind == .fragment, last.end + Self.gap * hop > finding.start {
            pending[pending.count - 1].end = max(last.end, finding.end)
            return
        }
        pending.append(finding)
    }
}
