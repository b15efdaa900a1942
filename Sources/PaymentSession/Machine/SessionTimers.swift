/// The clocks of a session that run, and the time they are held against.
struct SessionTimers: Sendable, Hashable {
    /// Time since the call began.
    var now: Duration = .zero
    private var deadlines: [SessionTimer: Duration] = [:]

    /// The timer that runs out first; among equals the one that says most about why.
    var earliest: (timer: SessionTimer, deadline: Duration)? {
        var first: (timer: SessionTimer, deadline: Duration)?
        for timer in SessionTimer.allCases {
            guard let deadline = deadlines[timer] else { continue }
            if let known = first, known.deadline <= deadline { continue }
            first = (timer, deadline)
        }
        return first
    }

    mutating func start(_ timer: SessionTimer, for duration: Duration) { deadlines[timer] = now + duration }

    mutating func stop(_ timer: SessionTimer) { deadlines[timer] = nil }

    mutating func stopFieldTimers() {
        for timer in [SessionTimer.firstDigit, .interDigit, .field] { stop(timer) }
    }

    mutating func stopAll() { deadlines = [:] }
}
