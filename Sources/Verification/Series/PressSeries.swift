/// Decides about weak presses by those around them: a number has several keys of one level, twist, length and speed.
struct PressSeries {
    /// Hops before and after a weak press in which others count: 5 s.
    private static let reach = 2000
    /// Shortest stretch in hops that is a digit, as in ``PressDetector``.
    private static let digitHops = 12
    /// Largest distance in hops of a finding from a weak press that it found.
    private static let margin = 4

    private let channel: Int
    private let hop: Int
    /// Weak presses in order of time: those that are not decided, and those before them that still count.
    private var presses: [WeakPress] = []
    /// Number of weak presses in ``presses`` that are decided.
    private var decided = 0
    /// Presses that other detectors found, while they may overlap a weak press to come.
    private var found: [ClosedRange<Int>] = []

    init(channel: Int, spectra: VerifierSpectra) {
        self.channel = channel
        hop = spectra.hop
    }

    /// Hop at which the oldest undecided press began.
    var openSince: Int? { decided < presses.count ? presses[decided].first : nil }

    /// Takes a weak press. A doubtful one may have begun before those that are known.
    mutating func add(_ press: WeakPress) {
        var press = press
        press.isFound = found.contains { $0.overlaps(press.first - Self.margin...press.last + Self.margin) }
        let later = presses.lastIndex { $0.first <= press.first }.map { $0 + 1 } ?? 0
        presses.insert(press, at: max(later, decided))
    }

    /// Takes a press that another detector found.
    mutating func mark(_ finding: Finding) {
        let hops = finding.start / hop...max(finding.start, finding.end - 1) / hop
        found.append(hops)
        let wide = hops.lowerBound - Self.margin...hops.upperBound + Self.margin
        for index in presses.indices where wide.overlaps(presses[index].first...presses[index].last) {
            presses[index].isFound = true
        }
    }

    /// Decides about every weak press of which all within reach before hop `now` are known.
    mutating func decide(at now: Int, _ report: (Finding) -> Void) {
        while decided < presses.count, presses[decided].last + Self.reach < now { decideNext(recording: nil, report) }
        guard decided > 0, let current = openSince ?? presses.last?.first else { return }
        let old = presses.prefix(decided).prefix { $0.first + Self.reach < current }.count
        if old > 0 {
            presses.removeFirst(old)
            decided -= old
        }
        found.removeAll { $0.upperBound + Self.reach < current }
    }

    /// Decides about the rest at the end of a recording of `hops` hops.
    mutating func finish(hops: Int, _ report: (Finding) -> Void) {
        while decided < presses.count { decideNext(recording: hops, report) }
    }

    private mutating func decideNext(recording hops: Int?, _ report: (Finding) -> Void) {
        let press = presses[decided]
        let around = presses.indices.filter {
            !presses[$0].overlaps(press) && abs(presses[$0].first - press.first) <= Self.reach
        }
        let decision = SeriesDecision(press, among: around.map { presses[$0] }, recording: hops)
        decided += 1
        guard !press.isFound, decision.isPress else { return }
        let start = max(0, press.first * hop)
        let end = max(start + hop, press.last * hop)
        report(
            Finding(
                channel: channel, start: start, end: end,
                kind: press.last - press.first < Self.digitHops ? .fragment : .digit, levelDBm0: Double(press.level),
                lowHz: Double(press.lowHz), highHz: Double(press.highHz)))
    }
}
