/// The judge of whole key presses: two steady pure tones over several 25 ms windows, one every 5 ms.
///
/// Amid steady tones that are no key's it asks for more (``Surroundings``).
struct PressJudge {
    /// Purity of the short window below which the long one is not worth its transform.
    static let worthALook: Float = 0.35
    /// The same where steady tones may be taken off.
    static let worthALookOverTones: Float = 0.1
    /// Windows of silence or doubt, in hops, that do not end a press.
    static let bridge = 6
    /// What is shorter (30 ms) is a rest: receivers refuse tones up to 23 ms and some read 32 ms (Q.24, annex A).
    private static let digitHops = 12

    private let channel: Int
    private let hop: Int
    private var run: PressRun?
    private var group: Group?
    /// Stretches that are known already and begin later than what is judged now.
    private var steady: [SteadyPair] = []

    /// Runs and steady stretches of one key with hardly a break between them.
    private struct Group {
        var first: Int
        var last: Int
        var verdict: PressRun.Verdict
        /// Of the loudest run or stretch: level in dBm0, frequencies in Hz.
        var level: Float
        var lowHz: Float
        var highHz: Float
        /// Tonal looks in the second before it.
        var before = SIMD2<Int>.zero

        init(_ run: PressRun) {
            (first, last, verdict) = (run.first, run.last, run.verdict)
            (level, lowHz, highHz) = (run.level, run.lowHz.mean, run.highHz.mean)
        }

        init(_ pair: SteadyPair) {
            (first, last, verdict) = (pair.first, pair.last, .press)
            (level, lowHz, highHz) = (pair.level, pair.lowHz, pair.highHz)
        }

        /// Whether `next` is a piece of this group.
        func goesOn(with next: Group) -> Bool {
            next.first - last <= PressJudge.bridge
                && ToneGroup.low.nearest(to: Double(lowHz)) == ToneGroup.low.nearest(to: Double(next.lowHz))
                && ToneGroup.high.nearest(to: Double(highHz)) == ToneGroup.high.nearest(to: Double(next.highHz))
        }

        mutating func join(_ next: Group) {
            (first, last) = (min(first, next.first), max(last, next.last))
            verdict = max(verdict, next.verdict)
            if next.level > level { (level, lowHz, highHz) = (next.level, next.lowHz, next.highHz) }
        }
    }

    init(channel: Int, spectra: ListenerSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// The hop at which what is not yet decided began.
    var openSince: Int? { (group?.first ?? run?.first).map { $0 - 8 } }

    /// Takes a stretch that begins later than the middle of the surroundings.
    mutating func hear(_ pair: SteadyPair) { steady.append(pair) }

    /// Hears the long window in the middle of `surroundings`, without the steady tones that go on beside its pair.
    mutating func hear(_ surroundings: Surroundings, _ judge: SteadyPairJudge, _ report: (Finding) -> Void) {
        var (index, frame) = surroundings.latest
        if PressRun.mayBelong(frame, withPurity: 1), frame.purity < PressRun.beyondDoubt {
            frame.total = max(frame.pair, frame.total - judge.background(of: frame, at: index / 2))
        }
        while let pair = steady.first, pair.first <= index {
            steady.removeFirst()
            add(Group(pair), surroundings, report)
        }
        if PressRun.mayBelong(frame) {
            if run?.follows(frame) != true { endRun(surroundings, report) }
            if run == nil { run = PressRun(channelHop: index) }
            run?.add(frame, hop: index)
        } else {
            endRun(surroundings, report)
            if let group, index - group.last > Self.bridge { endGroup(surroundings, report) }
        }
    }

    mutating func finish(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        endRun(surroundings, report)
        endGroup(surroundings, report)
    }

    private mutating func endRun(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        guard let ended = run else { return }
        run = nil
        add(Group(ended), surroundings, report)
    }

    private mutating func add(_ next: Group, _ surroundings: Surroundings, _ report: (Finding) -> Void) {
        if group?.goesOn(with: next) == true {
            group?.join(next)
            return
        }
        endGroup(surroundings, report)
        group = next
        group?.before = surroundings.tonalLooks(before: next.first)
    }

    private mutating func endGroup(_ surroundings: Surroundings, _ report: (Finding) -> Void) {
        guard let ended = group else { return }
        group = nil
        let tonal = ended.before &+ surroundings.tonalLooks(after: ended.last)
        let amidTones = Surroundings.areMusic(tonal[0])
        guard ended.verdict >= (amidTones ? .pressAmidTones : .press) else { return }
        let start = max(0, ended.first * hop)
        let end = max(start + hop, ended.last * hop)
        report(
            Finding(
                channel: channel, start: start, end: end, kind: end - start < Self.digitHops * hop ? .fragment : .digit,
                levelDBm0: Double(ended.level), lowHz: Double(ended.lowHz), highHz: Double(ended.highHz)))
    }
}
