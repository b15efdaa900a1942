/// The running timers of a session, and the present time.
struct SessionTimers: Sendable, Hashable {
    /// Time since the call began.
    var now: Duration = .zero
    private var deadlines = none

    /// One deadline for each timer. An array replaces a dictionary, whose hashing took a third of the time of a key.
    private static let none = [Duration?](repeating: nil, count: SessionTimer.allCases.count)

    /// The timer that runs out first. Among timers with the same deadline, the most specific one.
    var earliest: (timer: SessionTimer, deadline: Duration)? {
        var first: (timer: SessionTimer, deadline: Duration)?
        for timer in SessionTimer.allCases {
            guard let deadline = deadlines[timer.place] else { continue }
            if let known = first, known.deadline <= deadline { continue }
            first = (timer, deadline)
        }
        return first
    }

    mutating func start(_ timer: SessionTimer, for duration: Duration) { deadlines[timer.place] = now + duration }

    /// Starts the timer for `duration`, but not beyond `end`.
    mutating func start(_ timer: SessionTimer, for duration: Duration, until end: Duration) {
        deadlines[timer.place] = min(now + duration, end)
    }

    mutating func stop(_ timer: SessionTimer) { deadlines[timer.place] = nil }

    mutating func stopFieldTimers() {
        for timer in [SessionTimer.firstDigit, .interDigit, .field] { stop(timer) }
    }

    mutating func stopAll() { deadlines = Self.none }
}

extension SessionTimer {
    /// The index of the timer's deadline.
    fileprivate var place: Int {
        switch self {
        case .firstDigit: 0
        case .interDigit: 1
        case .field: 2
        case .session: 3
        }
    }
}
