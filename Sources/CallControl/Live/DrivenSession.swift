package import PaymentSession

/// Time since a call began, by the system's clock.
package struct CallClock: Sendable {
    private let start = ContinuousClock.now

    package init() {}

    package var now: Duration { ContinuousClock.now - start }
}

/// What a driver has to know of a payment beside its session: how long an end may wait, and what is said of it.
package struct PaymentTerms: Sendable {
    /// How long the gateway's answer is waited for once the call is over.
    package var patience: Duration
    /// What is said of that wait.
    package var waitWords: String
    /// What is said of an attempt whose answer nobody waits for any more.
    package var openWords: @Sendable (PaymentIdentity) -> String
    /// The ledger's file; `nil` where the payment is written nowhere.
    package var ledgerPath: String?

    package init(
        patience: Duration, waitWords: String, ledgerPath: String?,
        openWords: @escaping @Sendable (PaymentIdentity) -> String
    ) {
        self.patience = patience
        self.waitWords = waitWords
        self.ledgerPath = ledgerPath
        self.openWords = openWords
    }
}

/// A live call's payment: its session, the session's timers, and the gateway's answers as they come.
package struct DrivenSession {
    package let session: CallSession
    /// How the legs stand and what the session waits for.
    package private(set) var direction: CallSession.Direction
    /// Whether the capture was begun.
    package private(set) var hasBegun = false
    private let clock: CallClock
    private var answer: AwaitedAnswer?
    /// Events that were given already.
    private var told = 0

    package init(_ session: CallSession, clock: CallClock) async {
        self.session = session
        self.clock = clock
        direction = await session.direction
    }

    /// Whether something is on that an end or a loss would interrupt.
    package var isUnderWay: Bool { hasBegun && !direction.isOver }

    /// - Parameter word: The word by which a command was asked for.
    package mutating func send(_ event: SessionEvent, asWord word: String? = nil) async {
        if case .command = event { hasBegun = true }
        direction = await session.send(event, at: clock.now, asWord: word)
    }

    /// Gives the session its ticks, and hears an answer as soon as it is there: to the payment, and to a void that
    /// follows it.
    package mutating func keepTime() async {
        if let deadline = direction.nextDeadline, clock.now >= deadline { await send(.tick) }
        if answer?.isHeard == true { answer = nil }
        direction = await session.direction
        if direction.awaitsAnswer && answer == nil {
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
        if !direction.isOver { await send(.hangUp) }
        let end = ContinuousClock.now + limit
        while true {
            await keepTime()
            guard direction.awaitsAnswer else { return direction.isOver }
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
