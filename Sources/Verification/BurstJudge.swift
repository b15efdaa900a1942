internal import Glibc

/// The judge of rests: a pure pair in one 10 ms window that rises out of its surroundings on both sides.
struct BurstJudge {
    /// Hops that it looks back and ahead.
    static let reach = 24
    private static let sideHops = 4
    /// Widest burst in hops (45 ms between the points 10 dB down): what lasts longer is the press judge's.
    private static let widest = 18
    private static let ringSize = 512

    /// Purity that a burst needs, by how far (dB) the quieter surroundings on both sides lie below it.
    ///
    /// Of 9,500 candidates in 4.85 h of speech none is as pure as this and as abrupt; see <doc:Sensitivity>.
    private static func leastPurity(sides: Float) -> Float {
        switch sides {
        case 30...: 0.92
        case 20..<30: 0.965
        case 10..<20: 0.98
        default: 2
        }
    }

    /// Amid music (``Surroundings``), however abrupt.
    private static let purityAmidTones: Float = 0.99
    private static let leastCandidatePurity: Float = 0.9
    private static let offset: Float = 0.035
    private static let twist: ClosedRange<Float> = -14...10
    private static let leastLevel: Float = -50

    private let channel: Int
    private let hop: Int
    private var ring = [PairFrame](repeating: PairFrame(), count: Self.ringSize)
    private var newest = -1
    /// Bursts that a press may yet swallow.
    private var pending: [Finding] = []

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    mutating func hear(_ frame: PairFrame, hop index: Int, _ surroundings: Surroundings) {
        ring[index & (Self.ringSize - 1)] = frame
        newest = index
        guard judged >= 0 else { return }
        judge(judged, surroundings)
    }

    /// The latest hop whose surroundings are known, and a little before it: the judge of presses is ahead of this one.
    private var judged: Int { newest - Surroundings.reach - Self.reach - Self.sideHops }

    /// Tells a press and drops the bursts that are its edges.
    mutating func cover(_ press: Finding, clippedTo end: Int, _ report: (Finding) -> Void) {
        let margin = 8 * hop
        pending.removeAll { $0.end > press.start - margin && $0.start < press.end + margin }
        covered = press.end + margin
        var clipped = press
        clipped.end = min(clipped.end, end)
        if clipped.start < clipped.end { report(clipped) }
    }
    private var covered = 0

    /// Tells the bursts that no press can swallow any more.
    mutating func release(before hopIndex: Int, clippedTo end: Int, _ report: (Finding) -> Void) {
        let safe = min(hopIndex, judged - 8) * hop
        while let first = pending.first, first.end < safe {
            pending.removeFirst()
            tell(first, end, report)
        }
    }

    mutating func finish(clippedTo end: Int, _ report: (Finding) -> Void) {
        for finding in pending { tell(finding, end, report) }
        pending = []
    }

    private func tell(_ finding: Finding, _ end: Int, _ report: (Finding) -> Void) {
        var clipped = finding
        clipped.end = min(clipped.end, end)
        if clipped.start < clipped.end { report(clipped) }
    }

    private func at(_ index: Int) -> PairFrame { index < 0 ? PairFrame() : ring[index & (Self.ringSize - 1)] }

    private mutating func judge(_ index: Int, _ surroundings: Surroundings) {
        let frame = at(index)
        guard frame.purity > Self.leastCandidatePurity, frame.levelDBm0 > Self.leastLevel,
            Self.twist.contains(frame.twist), frame.offset < Self.offset
        else { return }
        for near in index - 2...index + 2 where near != index {
            if at(near).pair > frame.pair || (near == index - 1 && at(near).pair == frame.pair) { return }
        }
        var (left, right) = (index, index)
        let edge = frame.pair / 10
        while left > index - Self.reach, at(left).pair > edge { left -= 1 }
        while right < index + Self.reach, at(right).pair > edge { right += 1 }
        guard right - left <= Self.widest else { return }
        let before = (left - 3...left).map { at($0).total }.min() ?? 0
        let after = (right...right + 3).map { at($0).total }.min() ?? 0
        let sides = 10 * log10f(frame.total / max(before, after, 1e-12))
        let tonal = surroundings.tonalLooks(before: left) &+ surroundings.tonalLooks(after: right)
        guard frame.purity > Self.leastPurity(sides: sides) else { return }
        if Surroundings.areMusic(tonal[1]), frame.purity < Self.purityAmidTones { return }
        let start = max(0, (left + 1) * hop)
        let finding = Finding(
            channel: channel, start: start, end: max(start + hop, (right - 1) * hop), kind: .fragment,
            levelDBm0: Double(frame.levelDBm0), lowHz: Double(frame.lowHz), highHz: Double(frame.highHz))
        guard finding.start >= covered else { return }
        if let last = pending.last, last.end + 4 * hop > finding.start {
            pending[pending.count - 1].end = max(last.end, finding.end)
            return
        }
        pending.append(finding)
    }
}
