/// Finds a thread with priority that does not leave its core to others.
///
/// A device that no clock paces, as ALSA's `null`, always has frames. A loop over it never waits. With priority it
/// would stop everything else on its core.
struct BusyThreadWatch {
    /// Time over which the thread is watched. A loop that catches up after a stall is busy for a shorter time.
    static let window = Duration.milliseconds(500)

    private var since: ContinuousClock.Instant
    private var processorTime: Duration

    init(at now: ContinuousClock.Instant, processorTime: Duration) {
        since = now
        self.processorTime = processorTime
    }

    /// Whether a window ends now in which the thread ran for more than half of the time.
    mutating func findsBusy(at now: ContinuousClock.Instant, processorTime: () -> Duration) -> Bool {
        let elapsed = now - since
        guard elapsed >= Self.window else { return false }
        let used = processorTime()
        defer { (since, self.processorTime) = (now, used) }
        return used - self.processorTime > elapsed / 2
    }
}
