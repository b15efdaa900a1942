public import LineControl
public import SecretProtocols

/// One payment on one call, as a pure state machine.
///
/// Events go in with the time since the call began. Actions come out for the driver to perform. The machine has no
/// clock, no thread and no I/O. ``nextDeadline`` gives the time of the next ``SessionEvent/tick``.
///
/// Each state holds its own data, above all digits, and the data is gone with the state. A complete card is given out
/// once for each submission, by ``takeCard()``.
public struct PaymentMachine: ~Copyable, Sendable {
    /// What is collected, and for which order.
    public let settings: SessionSettings
    /// What may be heard in the present state.
    public internal(set) var line: LineCondition = .open
    /// Number of submissions so far.
    public internal(set) var attempt = 0

    let secrets: any SecretStore
    var timers = SessionTimers()
    var phase = Phase.idle
    /// The part of the fields that the agent may see. It outlives their digits.
    var shown = ShownElements()

    /// A session in which nothing has begun.
    ///
    /// - Parameters:
    ///   - settings: The fields, the order and the times.
    ///   - secrets: Stores the caller's digits.
    public init(_ settings: SessionSettings, secrets: any SecretStore) {
        self.settings = settings
        self.secrets = secrets
    }

    /// The present state of the session.
    public var state: SessionState { phase.state }

    /// When the machine needs a ``SessionEvent/tick``, as time since the call began; `nil` while no timer runs.
    public var nextDeadline: Duration? { timers.earliest?.deadline }

    /// The idempotency key of the present attempt; `nil` before the first.
    public var idempotencyKey: String? { attempt > 0 ? order(for: nil).idempotencyKey : nil }

    /// Number of digits held of the card and of the present entry; 0 in every final state.
    public var heldDigits: Int { phase.heldDigits }

    /// Handles `event` and returns the actions that follow from it, in order.
    ///
    /// Timers that ran out by `time` come first, each at its own time. Time never goes back: an earlier `time` counts
    /// as now.
    public mutating func handle(_ event: SessionEvent, at time: Duration) -> [SessionAction] {
        let overdue = expireTimers(until: time)
        let actions =
            switch event {
            case .key(let key): press(key)
            case .tick: [SessionAction]()
            case .command(let command): follow(command)
            case .answered(let outcome, let attempt): receive(outcome, of: attempt)
            case .voidAnswered(let outcome): receive(outcome)
            case .hangUp: callerLeft(.callerHungUp)
            case .lineLost: callerLeft(.lineLost)
            case .failure(let part): fail(part)
            }
        return overdue + actions
    }

    /// The complete card of the submission just ordered; `nil` if there is none or it was already taken.
    public mutating func takeCard() -> CardDetails? { phase.takeCard() }
}

// MARK: - Steps shared by several events

extension PaymentMachine {
    /// A muted line stays muted, because the end of a session does not repair a failed component.
    mutating func setLine(_ condition: LineCondition) -> [SessionAction] {
        guard line != .muted, line != condition else { return [] }
        line = condition
        return [.line(condition)]
    }

    mutating func secureLine() -> [SessionAction] {
        timers.start(.session, for: settings.profile.sessionTimeout)
        return setLine(.secured) + [.notify(.secured)]
    }

    /// Asks for the first missing field, in the order of ``SessionSettings/fields``, and then submits.
    mutating func advance(with fields: consuming CapturedFields) -> [SessionAction] {
        if let missing = fields.firstMissing(of: settings.fields) { return ask(for: missing, with: fields) }
        timers.stopFieldTimers()
        show(fields)
        let complete = fields.complete()
        guard settings.submission == .automatic else {
            phase = .complete(complete)
            return [.notify(.complete)]
        }
        return [.notify(.complete)] + submit(complete)
    }

    mutating func ask(for field: CaptureField, with fields: consuming CapturedFields) -> [SessionAction] {
        show(fields)
        shown.error = nil
        begin(field, with: fields)
        return [.notify(.fieldBegan(field)), .prompt(.enter(field))]
    }

    /// - Parameter cutOff: The keys that the caller may still press for an earlier entry.
    mutating func begin(
        _ field: CaptureField, with fields: consuming CapturedFields, after cutOff: CutOffEntry = .none
    ) {
        let entry = FieldEntry(field, after: cutOff, end: startFieldTimers())
        phase = .collecting(Capture(entry: entry, fields: fields))
    }

    /// Starts the timers of a field. Returns when it ends, even if keys keep coming.
    mutating func startFieldTimers() -> Duration {
        let end = timers.now + settings.profile.fieldLimit
        timers.start(.field, for: settings.profile.fieldTimeout, until: end)
        timers.start(.firstDigit, for: settings.profile.firstDigitTimeout)
        timers.stop(.interDigit)
        return end
    }

    private mutating func show(_ fields: borrowing CapturedFields) {
        shown.card = fields.card
        shown.expiry = fields.expiry
        shown.accountNumber = fields.notes.accountNumber
        shown.completed = fields.completed(of: settings.fields)
    }

    mutating func submit(_ fields: consuming CompleteFields) -> [SessionAction] {
        timers.stopAll()
        attempt += 1
        let order = order(for: fields.notes.accountNumber)
        phase = .submitting(OrderedPayment(order: order, card: fields.card))
        return [.notify(.submitted(attempt: attempt)), .prompt(.wait), .submit(order)]
    }

    /// The order of the present attempt.
    private func order(for accountNumber: String?) -> PaymentOrder {
        PaymentOrder(
            sessionID: settings.sessionID, attempt: attempt, amount: settings.amount, currency: settings.currency,
            reference: settings.reference ?? accountNumber, keyScope: settings.keyScope)
    }

    mutating func end(_ end: SessionEnd) -> [SessionAction] {
        timers.stopAll()
        phase = .ended(end)
        let closing = end.prompt.map { [SessionAction.prompt($0)] } ?? []
        return closing + setLine(.open) + [.notify(.ended(end))]
    }
}

extension SessionEnd {
    /// The prompt for the caller; `nil` if the caller is gone.
    fileprivate var prompt: CallerPrompt? {
        switch self {
        case .approved: .approved
        case .declined: .declined
        case .cancelled, .voided(_, .voided), .voided(_, .refunded): .cancelled
        case .callerHungUp, .lineLost: nil
        case .voided(_, .failed), .timedOut, .tooManyAttempts, .gatewayUnreachable, .rejected, .unknown, .failed:
            .backToAgent
        }
    }
}
