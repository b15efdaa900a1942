import Glibc

/// The thread of a call's audio. It has priority over others if the system allows it.
enum AudioThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ run: sending @escaping () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                var priority = sched_param(sched_priority: 10)
                unsafe pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority)
                body.run()
                return nil
            }, body)
        pthread_detach(thread)
    }

    /// Gives up the calling thread's priority.
    static func giveUpPriority() {
        var ordinary = sched_param(sched_priority: 0)
        unsafe pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary)
    }

    /// Processor time of the calling thread.
    static var processorTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

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
