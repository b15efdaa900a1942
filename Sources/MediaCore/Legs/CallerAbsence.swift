/// The time that the caller's port is gone, in frames of silence that stand for it.
///
/// The call goes by the system's clock meanwhile, so that the agent is recorded and what comes later keeps its place in
/// time.
struct CallerAbsence {
    private let start: ContinuousClock.Instant
    private let sampleRate: Int
    private var filled = 0
    private var end: ContinuousClock.Instant?

    /// An absence from `start`, when the last of the caller was heard.
    init(since start: ContinuousClock.Instant, sampleRate: Int) {
        self.start = start
        self.sampleRate = sampleRate
    }

    /// The caller's port is back.
    mutating func end(at now: ContinuousClock.Instant) { end = now }

    /// The same absence, where the port is gone again before all of its silence was given.
    func resumed() -> CallerAbsence {
        var absence = self
        absence.end = nil
        return absence
    }

    /// Frames that are due at `now`.
    func due(at now: ContinuousClock.Instant) -> Int {
        Int(((end ?? now) - start) / .seconds(1) * Double(sampleRate)) - filled
    }

    /// Whether the port is back and all of the silence was given.
    var isOver: Bool { end.map { due(at: $0) <= 0 } ?? false }

    /// So many frames of silence were given.
    mutating func fill(_ frames: Int) { filled += frames }
}
