/// The end of one task, including its repetitions and look-ups.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// A deadline `seconds` from now.
    package init(after seconds: Double) { end = .now + .seconds(max(0, seconds)) }

    /// Seconds left; 0 after the deadline.
    package var left: Double { max(0, (end - .now) / .seconds(1)) }
    package var isOver: Bool { end <= .now }

    /// Waits `seconds`, but not beyond the deadline.
    package func pause(_ seconds: Double) async { try? await Task.sleep(for: .seconds(min(seconds, left))) }
}
