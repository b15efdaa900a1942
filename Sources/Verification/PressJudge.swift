/// The judge of whole key presses: two steady pure tones over several 25 ms windows, one every 5 ms.
struct PressJudge {
    /// Purity of the short window below which the long one is not worth its transform.
    static let worthALook: Float = 0.35
    /// Windows of silence or doubt, in hops, that do not end a press.
    static let bridge = 6
    /// What is shorter (30 ms) is a rest: receivers refuse tones up to 23 ms and some read 32 ms (Q.24, annex A).
    private static let digitHops = 12

    private let channel: Int
    private let hop: Int
    private var run: PressRun?
    private var group: Group?

    /// Runs of one key with hardly a break between them.
    private struct Group {
        var first: Int
        var last: Int
        var accepted: Bool
        var strongest: PressRun
    }

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// The hop at which what is not yet decided began.
    var openSince: Int? { (group?.first ?? run?.first).map { $0 - 8 } }

    /// Hears the long window whose centre is hop `index`.
    mutating func hear(_ frame: PairFrame, hop index: Int, _ report: (Finding) -> Void) {
        if PressRun.mayBelong(frame) {
            if run?.follows(frame) != true { endRun(report) }
            if run == nil { run = PressRun(channelHop: index) }
            run?.add(frame, hop: index)
        } else {
            endRun(report)
            if let group, index - group.last > Self.bridge { endGroup(report) }
        }
    }

    mutating func finish(_ report: (Finding) -> Void) {
        endRun(report)
        endGroup(report)
    }

    private mutating func endRun(_ report: (Finding) -> Void) {
        guard let ended = run else { return }
        run = nil
        if var open = group {
            if open.strongest.isSameKey(as: ended), ended.first - open.last <= Self.bridge {
                open.last = max(open.last, ended.last)
                open.accepted = open.accepted || ended.isPress
                if ended.level > open.strongest.level { open.strongest = ended }
                group = open
                return
            }
            endGroup(report)
        }
        group = Group(first: ended.first, last: ended.last, accepted: ended.isPress, strongest: ended)
    }

    private mutating func endGroup(_ report: (Finding) -> Void) {
        guard let ended = group else { return }
        group = nil
        guard ended.accepted else { return }
        let start = max(0, ended.first * hop)
        let end = max(start + hop, ended.last * hop)
        report(
            Finding(
                channel: channel, start: start, end: end, kind: end - start < Self.digitHops * hop ? .fragment : .digit,
                levelDBm0: Double(ended.strongest.level), lowHz: Double(ended.strongest.lowHz.mean),
                highHz: Double(ended.strongest.highHz.mean)))
    }
}
