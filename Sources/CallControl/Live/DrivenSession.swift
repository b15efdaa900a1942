package import PaymentSession

/// Time since the beginning of a call, by the system's clock.
package struct CallClock: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    package var now: Duration { ContinuousClock.now - start }
}

/// The payment of a live call: its session, the session's timers, and the gateway's answers.
package struct DrivenSession {
    package let session: CallSession
    /// What may be heard, and what the session waits for.
    package private(set) var directive: CallSession.Directive
    /// Whether the capture has begun.
    package private(set) var hasBegun = false
    private let clock: CallClock
    private var answer: AwaitedAnswer?
    /// Number of events returned so far.
    private var told = 0

    package init(_ session: CallSession, clock: CallClock) async {
        self.session = session
        self.clock = clock
        directive = await session.directive
    }

    /// Whether the end of the process or a lost leg would interrupt the payment.
    package var isUnderWay: Bool { hasBegun && !directive.isOver }

    /// - Parameter word: The word that the agent typed for a command; `nil` for the command's own.
    package mutating func send(_ event: SessionEvent, asWord word: String? = nil) async {
        if case .command = event { hasBegun = true }
        directive = await session.send(event, at: clock.now, asWord: word)
    }

    /// Gives the session its ticks and the gateway's answers as soon as they arrive. Both the payment and a void after
    /// it have one.
    package mutating func keepTime() async {
        if let deadline = directive.nextDeadline, clock.now >= deadline { await send(.tick) }
        if answer?.isHeard == true { answer = nil }
        directive = await session.directive
        if directive.awaitsAnswer && answer == nil {
            let clock = clock
            answer = AwaitedAnswer(of: session) { clock.now }
        }
    }

    /// The session's events since the last call, in order.
    package mutating func takeEvents() async -> [CallEvent] {
        let new = await session.events(after: told)
        told += new.count
        return new
    }

    /// Ends the call. The keyed digits are wiped, and an answer that is on its way is awaited.
    ///
    /// - Returns: Whether the session has ended; `false` if no answer came within `limit`.
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

    /// The field that a plain `recollect` means: the one being keyed, or the last captured one.
    package var fieldAtHand: CaptureField? {
        get async {
            let view = await session.view
            if case .collecting(let field) = view.state { return field }
            return view.fields.last { $0.status == .given }?.name
        }
    }

    /// The result of the session; `nil` if it has not ended.
    package var end: SessionEnd? {
        get async { if case .ended(let end) = await session.view.state { end } else { nil } }
    }
}
