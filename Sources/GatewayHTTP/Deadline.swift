/// The moment at which everything that was begun for one purpose ends, look-ups and repetitions among it.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// So many seconds from now.
    package init(after seconds: Double) { end = .now + .seconds(max(0, seconds)) }

    /// Seconds left; 0 where it is over.
    package var left: Double { max(0, (end - .now) / .seconds(1)) }
    package var isOver: Bool { end <= .now }

    /// Waits so many seconds, or until it is over.
    package func pause(_ seconds: Double) async { try? await Task.sleep(for: .seconds(min(seconds, left))) }
}
