/// The time without the caller's port, counted in frames of silence that replace the caller.
///
/// Meanwhile the call follows the system's clock, so that the agent is recorded and later frames keep their place in
/// time.
struct CallerAbsence {
    private let start: ContinuousClock.Instant
    private let sampleRate: Int
    private var filled = 0
    private var end: ContinuousClock.Instant?

    /// An absence since `start`, when the caller's last frames arrived.
    init(since start: ContinuousClock.Instant, sampleRate: Int) {
        self.start = start
        self.sampleRate = sampleRate
    }

    /// Notes that the caller's port is back.
    mutating func end(at now: ContinuousClock.Instant) { end = now }

    /// The same absence, after the port was lost again before all of its silence was output.
    func resumed() -> CallerAbsence {
        var absence = self
        absence.end = nil
        return absence
    }

    /// Number of frames of silence due at `now`.
    func due(at now: ContinuousClock.Instant) -> Int {
        Int(((end ?? now) - start) / .seconds(1) * Double(sampleRate)) - filled
    }

    /// Whether the port is back and all of the silence was output.
    var isOver: Bool { end.map { due(at: $0) <= 0 } ?? false }

    /// Notes that `frames` of silence were output.
    mutating func fill(_ frames: Int) { filled += frames }
}
