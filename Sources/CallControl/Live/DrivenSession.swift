package import PaymentSession

/// Time since a call began, by the system's clock.
package struct CallClock: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    package var now: Duration { ContinuousClock.now - start }
}

/// A live call's payment: its session, the session's timers, and the gateway's answers as they come.
package struct DrivenSession {
    package let session: CallSession
    /// How the legs stand and what the session waits for.
    package private(set) var directive: CallSession.Directive
    /// Whether the capture was begun.
    package private(set) var hasBegun = false
    private let clock: CallClock
    private var answer: AwaitedAnswer?
    /// Events that were given already.
    private var told = 0

    package init(_ session: CallSession, clock: CallClock) async {
        self.session = session
        self.clock = clock
        directive = await session.directive
    }

    /// Whether something is on that an end or a loss would interrupt.
    package var isUnderWay: Bool { hasBegun && !directive.isOver }

    /// - Parameter word: The word by which a command was asked for.
    package mutating func send(_ event: SessionEvent, asWord word: String? = nil) async {
        if case .command = event { hasBegun = true }
        directive = await session.send(event, at: clock.now, asWord: word)
    }

    /// Gives the session its ticks, and hears an answer as soon as it is there: to the payment, and to a void that
    /// follows it.
    package mutating func keepTime() async {
        if let deadline = directive.nextDeadline, clock.now >= deadline { await send(.tick) }
        if answer?.isHeard == true { answer = nil }
        directive = await session.directive
        if directive.awaitsAnswer && answer == nil {
            let clock = clock
            answer = AwaitedAnswer(of: session) { clock.now }
        }
    }

    /// What happened in the session since the last call, in order.
    package mutating func takeEvents() async -> [CallEvent] {
        let new = await session.events(after: told)
        told += new.count
        return new
    }

    /// The call is over: what the caller had keyed is gone, and an answer that is on its way is waited for.
    ///
    /// - Returns: Whether the session is over; `false` where no answer came within `limit`.
    package mutating func hangUp(within limit: Duration) async -> Bool {
        if !directive.isOver { await send(.hangUp) }
        let end = ContinuousClock.now + limit
        while true {
            await keepTime()
            guard directive.awaitsAnswer else { return directive.isOver }
            guard ContinuousClock.now < end else { return false }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What the agent means by "again": the field that is being keyed, or the last one that is in.
    package var fieldAtHand: CaptureField? {
        get async {
            let view = await session.view
            if case .collecting(let field) = view.state { return field }
            return view.fields.last { $0.status == .given }?.name
        }
    }

    /// How the session ended; `nil` where it has not.
    package var end: SessionEnd? {
        get async { if case .ended(let end) = await session.view.state { end } else { nil } }
    }
}
