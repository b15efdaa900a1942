internal import MediaCore
internal import Synchronization

/// A clock that goes on when it is told to, and by what is waited for: a call of minutes takes no longer than its
/// computing.
package final class SimulatedTime: MediaClock {
    private let start = ContinuousClock.now
    private let passed = Atomic<Int>(0)

    package init() {}

    /// Nanoseconds since the beginning.
    package var nanoseconds: Int { passed.load(ordering: .acquiring) }
    package var now: ContinuousClock.Instant { start + .nanoseconds(nanoseconds) }

    package func pause(milliseconds: Int) { advance(milliseconds: milliseconds) }

    package func advance(milliseconds: Int) { advance(nanoseconds: 1_000_000 * milliseconds) }

    func advance(nanoseconds: Int) { passed.add(max(0, nanoseconds), ordering: .acquiringAndReleasing) }

    /// Frames that have passed at `rate`.
    package func frames(at rate: Int) -> Int { nanoseconds * (rate / 100) / 10_000_000 }

    /// Nanoseconds from now to the moment at which `frame` has passed.
    func nanoseconds(to frame: Int, at rate: Int) -> Int {
        (frame * 10_000_000 + rate / 100 - 1) / (rate / 100) - nanoseconds
    }
}
