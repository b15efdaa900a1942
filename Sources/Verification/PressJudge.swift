/// The judge of whole key presses: two steady pure tones over several 25 ms windows, one every 5 ms.
///
/// Amid steady tones that are no key's it asks for more (``Surroundings``).
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
    /// Tonal looks before the run.
    private var before = 0
    private var group: Group?

    /// Runs of one key with hardly a break between them.
    private struct Group {
        var first: Int
        var last: Int
        /// Tonal looks in the second before its first run and in the one after its last.
        var before: Int
        var after: Int
        var accepted: PressRun.Verdict
        var strongest: PressRun
    }

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// The hop at which what is not yet decided began.
    var openSince: Int? { (group?.first ?? run?.first).map { $0 - 8 } }

    /// Hears the long window in the middle of `surroundings`.
    mutating func hear(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        let (index, frame) = surroundings.latest
        if PressRun.mayBelong(frame) {
            if run?.follows(frame) != true { endRun(surroundings, report) }
            if run == nil {
                run = PressRun(channelHop: index)
                before = surroundings.tonalLooks(before: index)
            }
            run?.add(frame, hop: index)
        } else {
            endRun(surroundings, report)
            if let group, index - group.last > Self.bridge { endGroup(report) }
        }
    }

    mutating func finish(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        endRun(surroundings, report)
        endGroup(report)
    }

    private mutating func endRun(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        guard let ended = run else { return }
        run = nil
        let after = surroundings.tonalLooks(after: ended.last)
        if var open = group {
            if open.strongest.isSameKey(as: ended), ended.first - open.last <= Self.bridge {
                open.last = max(open.last, ended.last)
                open.after = after
                open.accepted = max(open.accepted, ended.verdict)
                if ended.level > open.strongest.level { open.strongest = ended }
                group = open
                return
            }
            endGroup(report)
        }
        group = Group(
            first: ended.first, last: ended.last, before: before, after: after, accepted: ended.verdict,
            strongest: ended)
    }

    private mutating func endGroup(_ report: (Finding) -> Void) {
        guard let ended = group else { return }
        group = nil
        let amidTones = Surroundings.areMusic(ended.before + ended.after)
        guard ended.accepted >= (amidTones ? .pressAmidTones : .press) else { return }
        let start = max(0, ended.first * hop)
        let end = max(start + hop, ended.last * hop)
        report(
            Finding(
                channel: channel, start: start, end: end, kind: end - start < Self.digitHops * hop ? .fragment : .digit,
                levelDBm0: Double(ended.strongest.level), lowHz: Double(ended.strongest.lowHz.mean),
                highHz: Double(ended.strongest.highHz.mean)))
    }
}
