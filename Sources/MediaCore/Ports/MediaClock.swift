import Glibc

/// The clock of a call's loop: the system's, or a simulated one.
package protocol MediaClock: Sendable {
    var now: ContinuousClock.Instant { get }
    /// Waits for this number of milliseconds.
    func pause(milliseconds: Int)
}

/// The system's clock.
package struct SystemClock: MediaClock {
    package init() {}

    package var now: ContinuousClock.Instant { .now }
    package func pause(milliseconds: Int) { usleep(UInt32(1000 * milliseconds)) }
}
