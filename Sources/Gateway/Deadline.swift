/// The moment at which everything that was begun for one purpose ends, look-ups and repetitions among it.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    /// So many seconds from now.
    init(after seconds: Double) { end = .now + .seconds(max(0, seconds)) }

    /// Seconds left; 0 where it is over.
    var left: Double { max(0, (end - .now) / .seconds(1)) }
    var isOver: Bool { end <= .now }

    /// Waits so many seconds, or until it is over.
    func pause(_ seconds: Double) async { try? await Task.sleep(for: .seconds(min(seconds, left))) }
}
