import DTMF
import LineControl
import PaymentSession
import Testing

/// Every event in every state, and the table of it in the module's documentation.
@Suite struct `Every event in every state` {
    typealias Step = @Sendable (inout SessionDriver) -> Void

    /// A way into each state.
    static let states: [(name: String, enter: Step)] = [
        ("idle", { _ in }),
        ("secured", { $0.command(.secure) }),
        ("card number, empty", { $0.command(.collect) }),
        (
            "card number, keyed",
            {
                $0.command(.collect); $0.keys("4242424242424242")
            }
        ),
        (
            "expiry",
            {
                $0.command(.collect); $0.keys("4242424242424242*")
            }
        ),
        (
            "security code",
            {
                $0.command(.collect); $0.keys("4242424242424242*1230*123")
            }
        ),
        ("complete", { $0.complete() }),
        (
            "submitted",
            {
                $0.complete(); $0.command(.submit)
            }
        ),
        (
            "submitted, caller gone",
            {
                $0.complete(); $0.command(.submit); $0.send(.hangUp)
            }
        ),
        (
            "submitted, cancelled",
            {
                $0.complete(); $0.command(.submit); $0.command(.cancel)
            }
        ),
        (
            "submitted, part failed",
            {
                $0.complete(); $0.command(.submit); $0.send(.failure(.ledger))
            }
        ),
        (
            "declined",
            {
                $0.complete(); $0.command(.submit); $0.answer(.declined(SessionDriver.refusal))
            }
        ),
        (
            "voiding",
            {
                $0.complete()
                $0.command(.submit)
                $0.command(.cancel)
                $0.answer(.approved(SessionDriver.approval))
            }
        ),
        (
            "ended",
            {
                $0.command(.collect); $0.send(.hangUp)
            }
        ),
    ]

    static let events: [(name: String, send: Step)] = [
        ("key: a digit", { $0.keys("7") }), ("key: ends a field", { $0.keys("*") }), ("key: clears", { $0.keys("#") }),
        ("key: cancels", { $0.keys("D") }), ("key: any other", { $0.keys("A") }),
        (
            "time: the next timer runs out",
            { if let due = $0.machine.nextDeadline { $0.wait(due - $0.time) } else { $0.wait(.seconds(1)) } }
        ),
        ("agent: secure", { $0.command(.secure) }), ("agent: collect", { $0.command(.collect) }),
        ("agent: recollect card number", { $0.command(.recollect(.cardNumber)) }),
        ("agent: recollect security code", { $0.command(.recollect(.securityCode)) }),
        ("agent: recollect a field not asked", { $0.command(.recollect(.postcode)) }),
        ("agent: submit", { $0.command(.submit) }), ("agent: another card", { $0.command(.anotherCard) }),
        ("agent: cancel", { $0.command(.cancel) }),
        ("gateway: approved", { $0.answer(.approved(SessionDriver.approval)) }),
        ("gateway: declined", { $0.answer(.declined(SessionDriver.refusal)) }),
        ("gateway: refused the request", { $0.answer(.rejected(GatewayRefusal(status: 401))) }),
        ("gateway: out of reach", { $0.answer(.unreachable) }),
        ("gateway: unknown", { $0.answer(.unknown(paymentID: nil)) }),
        ("gateway: voided", { $0.send(.voidAnswered(.voided)) }),
        ("gateway: not voided", { $0.send(.voidAnswered(.failed)) }),
        ("hang-up", { $0.send(.hangUp) }), ("line lost", { $0.send(.lineLost) }),
        ("a part fails", { $0.send(.failure(.detector)) }),
    ]

    /// `*` ends, `#` clears, `D` cancels: every kind of key in one profile.
    static let profile = KeypadProfile(
        name: "all", submitKey: .star, clearKey: .pound, cancelKey: .d, firstDigitTimeout: .seconds(20),
        interDigitTimeout: .seconds(10), fieldTimeout: .seconds(60), sessionTimeout: .seconds(300))

    private func outcome(of event: Step, in state: Step) -> String {
        var session = SessionDriver(profile: Self.profile, submission: .byAgent)
        state(&session)
        let (before, taken, line) = (session.state, session.cardsTaken, session.machine.line)
        session.actions = []
        event(&session)
        check(
            session.machine, actions: session.actions, before: before, newCards: session.cardsTaken - taken, line: line)
        if let refusal = session.actions.refusal { return "refused: \(refusal)" }
        if session.state != before { return session.state.words }
        return session.actions.isEmpty ? "–" : session.actions.map(\.words).joined(separator: ", ")
    }

    /// What holds in every cell.
    private func check(
        _ machine: borrowing PaymentMachine, actions: [SessionAction], before: SessionState, newCards: Int,
        line: LineCondition
    ) {
        let (after, heldDigits, nextDeadline, newLine) = (
            machine.state, machine.heldDigits, machine.nextDeadline, machine.line
        )
        if case .ended = before { #expect(after == before, "what has ended stays as it ended") }
        if case .ended = after {
            #expect(heldDigits == 0, "no digit outlives its session")
            #expect(nextDeadline == nil)
        }
        if line == .muted { #expect(newLine == .muted, "a muted line stays muted") }
        #expect(newCards == 0 || before == .complete, "only a complete session gives a card")
        if actions.refusal != nil {
            #expect(after == before && actions.count == 1, "a refused command changes nothing")
        }
    }

    @Test func `agrees with the table in the documentation`() throws {
        var lines = [
            "# Every event in every state", "",
            "What a session does with each event (rows) in each state (columns): the state it goes to, what it does where it stays, or",
            "why it refuses. A dash is an event without effect. The payment waits for the agent's submit; where it does not, *complete*",
            "goes on to *submitted* by itself. Written by `EveryEventInEveryStateTests`, which holds the code to it.",
            "",
            "| event | " + Self.states.map(\.name).joined(separator: " | ") + " |",
            "|---|" + String(repeating: "---|", count: Self.states.count),
        ]
        for event in Self.events {
            let cells = Self.states.map { outcome(of: event.send, in: $0.enter) }
            lines.append("| \(event.name) | \(cells.joined(separator: " | ")) |")
        }
        try expectDocumented(lines.joined(separator: "\n") + "\n", as: "EveryEventInEveryState.md")
    }
}

extension SessionDriver {
    fileprivate mutating func complete() {
        command(.collect)
        keyCard()
    }

    fileprivate mutating func answer(_ outcome: PaymentOutcome) {
        send(.answered(outcome, attempt: machine.attempt))
    }
}

extension [SessionAction] {
    fileprivate var refusal: CommandRefusal? {
        for case .refuse(_, let refusal) in self { return refusal }
        return nil
    }
}

extension SessionState {
    fileprivate var words: String {
        switch self {
        case .idle: "idle"
        case .secured: "secured"
        case .collecting(let field): field.rawValue
        case .complete: "complete"
        case .submitted(.wanted): "submitted"
        case .submitted(.callerGone): "submitted, caller gone"
        case .submitted(.cancelled(let party)): "submitted, cancelled (\(party))"
        case .submitted(.failed): "submitted, part failed"
        case .declined: "declined"
        case .voiding: "voiding"
        case .ended(.voided(_, let outcome)): "**ended**: \(outcome == .failed ? "void failed" : "voided")"
        case .ended(let end): "**ended**: " + String("\(end)".prefix { $0 != "(" })
        }
    }
}

extension SessionAction {
    fileprivate var words: String {
        switch self {
        case .line(let condition): "line \(condition)"
        case .notify(.digitEntered): "held"
        case .notify(.fieldRejected(_, let error, _)): "rejected: " + String("\(error)".prefix { $0 != "(" })
        case .notify(let notice): String("\(notice)".prefix { $0 != "(" })
        case .prompt: "prompt"
        case .submit: "submit"
        case .void: "void"
        case .refuse: "refuse"
        }
    }
}
