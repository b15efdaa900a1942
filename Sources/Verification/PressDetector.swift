/// Finds whole key presses: two steady pure tones over several 25 ms windows, one every 5 ms.
///
/// Its limits are stricter over steady tones that are not a key's (``ToneContext``).
struct PressDetector {
    /// Tone ratio of the short window below which the long one is not transformed.
    static let toneRatioWorthTransform: Float = 0.35
    /// The same if steady tones may be subtracted.
    static let toneRatioWorthTransformOverTones: Float = 0.1
    /// Largest number of silent or doubtful hops within a press.
    static let bridge = 6
    /// Least number of hops in a digit (30 ms). Receivers refuse tones up to 23 ms, and some accept 32 ms (Q.24, annex
    /// A).
    private static let digitHops = 12
    /// Largest number of hops from a press back to its edge.
    private static let edgeHops = 8

    private let channel: Int
    private let hop: Int
    private var run: PressRun?
    private var group: Group?
    /// Coherent pairs that begin later than the hop judged now.
    private var coherent: [CoherentPair] = []

    /// Runs and coherent pairs of one key with hardly a gap between them.
    private struct Group {
        var first: Int
        var last: Int
        var verdict: PressRun.Verdict
        /// Level in dBm0, frequencies in Hz and twist in dB of the loudest run or pair.
        var level: Float
        var lowHz: Float
        var highHz: Float
        var twist: Float
        /// Number of tonal frames in the second before it.
        var before = SIMD2<Int>.zero

        init(_ run: PressRun) {
            (first, last, verdict) = (run.first, run.last, run.verdict)
            (level, lowHz, highHz, twist) = (run.level, run.lowHz.mean, run.highHz.mean, run.twist.mean)
        }

        init(_ pair: CoherentPair) {
            (first, last, verdict) = (pair.first, pair.last, pair.isNearKey ? .press : .doubtful)
            (level, lowHz, highHz, twist) = (pair.level, pair.lowHz, pair.highHz, pair.twist)
        }

        /// Whether `next` is a piece of this group.
        func continues(with next: Group) -> Bool {
            next.first - last <= PressDetector.bridge
                && ToneGroup.low.nearest(to: Double(lowHz)) == ToneGroup.low.nearest(to: Double(next.lowHz))
                && ToneGroup.high.nearest(to: Double(highHz)) == ToneGroup.high.nearest(to: Double(next.highHz))
        }

        mutating func join(_ next: Group) {
            (first, last) = (min(first, next.first), max(last, next.last))
            verdict = max(verdict, next.verdict)
            if next.level > level {
                (level, lowHz, highHz, twist) = (next.level, next.lowHz, next.highHz, next.twist)
            }
        }
    }

    init(channel: Int, spectra: VerifierSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// The hop at which the oldest undecided group or run began.
    var openSince: Int? { (group?.first ?? run?.first).map { $0 - Self.edgeHops } }

    /// What the detector makes of a group.
    enum Outcome {
        case press(Finding)
        /// A group that is a press only if the sounds around it confirm it.
        case doubtful(WeakPress)
    }

    /// Takes a coherent pair that begins later than the middle of the context.
    mutating func process(_ pair: CoherentPair) { coherent.append(pair) }

    /// Takes the long window in the middle of `context`, without the steady tones that continue beside its pair.
    mutating func process(_ context: ToneContext, _ report: (Outcome) -> Void) {
        let (index, frame) = context.latest
        while let pair = coherent.first, pair.first <= index {
            coherent.removeFirst()
            add(Group(pair), context, report)
        }
        if PressRun.mayBelong(frame) {
            if run?.follows(frame) != true { endRun(context, report) }
            if run == nil { run = PressRun(channelHop: index) }
            run?.add(frame, hop: index)
        } else {
            endRun(context, report)
            if let group, index - group.last > Self.bridge { endGroup(context, report) }
        }
    }

    /// Reports the remaining presses at the end of the recording.
    mutating func finish(_ context: ToneContext, _ report: (Outcome) -> Void) {
        endRun(context, report)
        endGroup(context, report)
    }

    private mutating func endRun(_ context: ToneContext, _ report: (Outcome) -> Void) {
        guard let ended = run else { return }
        run = nil
        add(Group(ended), context, report)
    }

    private mutating func add(_ next: Group, _ context: ToneContext, _ report: (Outcome) -> Void) {
        if group?.continues(with: next) == true {
            group?.join(next)
            return
        }
        endGroup(context, report)
        group = next
        group?.before = context.tonalFrames(before: next.first)
    }

    private mutating func endGroup(_ context: ToneContext, _ report: (Outcome) -> Void) {
        guard let ended = group else { return }
        group = nil
        let tonal = ended.before &+ context.tonalFrames(after: ended.last)
        let amidTones = ToneContext.areMusic(tonal[0])
        let doubt: WeakPress.Doubt = amidTones ? .overNotes : .impure
        if ended.verdict == (amidTones ? .pressOverTones : .doubtful) {
            report(
                .doubtful(
                    WeakPress(
                        ended.first...max(ended.first, ended.last), doubt: doubt, lowHz: ended.lowHz,
                        highHz: ended.highHz, level: ended.level, twist: ended.twist)))
        }
        guard ended.verdict >= .press, !amidTones else { return }
        let start = max(0, ended.first * hop)
        let end = max(start + hop, ended.last * hop)
        let kind: Finding.Kind = end - start < Self.digitHops * hop ? .fragment : .digit
        report(
            .press(
                Finding(
                    channel: channel, start: start, end: end, kind: kind, levelDBm0: Double(ended.level),
                    lowHz: Double(ended.lowHz), highHz: Double(ended.highHz))))
    }
}
