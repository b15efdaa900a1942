public import LineControl
public import SecretProtocols

/// One payment on one call, as a pure state machine.
///
/// Events go in with the time since the call began, actions come out for someone else to perform. The machine has no
/// clock, no thread and no I/O: ``nextDeadline`` says when it wants a ``SessionEvent/tick``. It holds the digits, and
/// gives them away once for each submission, by ``takeCard()``.
public struct PaymentMachine: ~Copyable, Sendable {
    /// What is collected, and for what.
    public let settings: SessionSettings
    /// Where the session stands.
    public internal(set) var state: SessionState = .idle
    /// What may be heard meanwhile.
    public internal(set) var line: LineCondition = .open
    /// How often the gateway has been asked.
    public internal(set) var attempt = 0

    let secrets: any SecretStore
    var timers = SessionTimers()
    var pending: [SessionAction] = []

    // What the caller keys now, and the fields that are in.
    var entry = SensitiveDigits()
    /// When its keys came.
    var rhythm = KeyRhythm()
    /// What is left of an entry that a timer cut off; `nil` once the caller has noticed.
    var cutOff: CutOffEntry?
    /// When the field ends, however steadily keys come.
    var fieldEnd: Duration = .zero
    var number = SensitiveDigits()
    var securityCode = SensitiveDigits()
    var houseNumber = SensitiveDigits()
    var postcode = SensitiveDigits()
    var shown = ShownElements()
    var given: Set<CaptureField> = []
    var failures: [CaptureField: Int] = [:]
    /// A submission was ordered and nobody has taken its card yet.
    var cardIsWaiting = false

    /// The idempotency key of the present attempt; `nil` before the first.
    public var idempotencyKey: String? { attempt > 0 ? order.idempotencyKey : nil }

    /// A session in which nothing has begun.
    ///
    /// - Parameter secrets: Where the caller's digits lie.
    public init(_ settings: SessionSettings, secrets: any SecretStore) {
        self.settings = settings
        self.secrets = secrets
    }

    /// When the machine wants a ``SessionEvent/tick``, as time since the call began; `nil` while no timer runs.
    public var nextDeadline: Duration? { timers.earliest?.deadline }

    /// What has to be done because of `event`, in order.
    ///
    /// Timers that ran out by `time` come first, each at its own moment. Time never goes back: an earlier `time` counts
    /// as now.
    public mutating func handle(_ event: SessionEvent, at time: Duration) -> [SessionAction] {
        let now = max(time, timers.now)
        while let (timer, deadline) = timers.earliest, deadline <= now {
            timers.now = deadline
            expire(timer)
        }
        timers.now = now
        switch event {
        case .key(let key): press(key)
        case .tick: break
        case .command(let command): follow(command)
        case .answered(let outcome, let attempt): receive(outcome, of: attempt)
        case .voidAnswered(let outcome): receive(outcome)
        case .hangUp: callerLeft(.callerHungUp)
        case .lineLost: callerLeft(.lineLost)
        case .failure(let part): fail(part)
        }
        defer { pending = [] }
        return pending
    }

    /// How many digits of the card, and of what is being keyed, are held; 0 in every state that has ended.
    public var heldDigits: Int {
        entry.count + number.count + securityCode.count + houseNumber.count + postcode.count
    }

    /// The complete card of the submission just ordered; `nil` when none is, or when it is taken already.
    public mutating func takeCard() -> CardDetails? {
        guard cardIsWaiting, let card = shown.card, let expiry = shown.expiry else { return nil }
        cardIsWaiting = false
        return CardDetails(
            number: number.take(), securityCode: securityCode.take(), expiry: expiry, houseNumber: houseNumber.take(),
            postcode: postcode.take(), brand: card.brand, lastFour: card.lastFour)
    }
}

// MARK: - Steps that several events share

extension PaymentMachine {
    mutating func notify(_ notice: SessionNotice) { pending.append(.notify(notice)) }

    mutating func prompt(_ prompt: CallerPrompt) { pending.append(.prompt(prompt)) }

    /// A muted line stays muted: whatever failed has not come back because a session ended.
    mutating func setLine(_ condition: LineCondition) {
        guard line != .muted, line != condition else { return }
        line = condition
        pending.append(.line(condition))
    }

    mutating func secureLine() {
        setLine(.secured)
        timers.start(.session, for: settings.profile.sessionTimeout)
        notify(.secured)
    }

    mutating func begin(_ field: CaptureField) {
        entry.erase()
        rhythm = KeyRhythm()
        cutOff = nil
        state = .collecting(field)
        startFieldTimers()
    }

    mutating func startFieldTimers() {
        fieldEnd = timers.now + settings.profile.fieldLimit
        timers.start(.field, for: settings.profile.fieldTimeout, until: fieldEnd)
        timers.start(.firstDigit, for: settings.profile.firstDigitTimeout)
        timers.stop(.interDigit)
    }

    mutating func ask(for field: CaptureField) {
        begin(field)
        shown.error = nil
        notify(.fieldBegan(field))
        prompt(.enter(field))
    }

    /// The first field that is missing, in the order of ``SessionSettings/fields``; then the submission.
    mutating func goOn() {
        if let missing = settings.fields.first(where: { !given.contains($0) }) { return ask(for: missing) }
        timers.stopFieldTimers()
        state = .complete
        notify(.complete)
        if settings.submission == .automatic { submit() }
    }

    mutating func submit() {
        timers.stopAll()
        attempt += 1
        cardIsWaiting = true
        state = .submitted(.wanted)
        notify(.submitted(attempt: attempt))
        prompt(.wait)
        pending.append(.submit(order))
    }

    /// What is asked for by the present attempt.
    var order: PaymentOrder {
        PaymentOrder(
            sessionID: settings.sessionID, attempt: attempt, amount: settings.amount, currency: settings.currency,
            reference: settings.reference ?? shown.accountNumber, keyScope: settings.keyScope)
    }

    mutating func eraseDigits() {
        entry.erase()
        number.erase()
        securityCode.erase()
        houseNumber.erase()
        postcode.erase()
        cardIsWaiting = false
    }

    mutating func end(_ end: SessionEnd) {
        eraseDigits()
        timers.stopAll()
        state = .ended(end)
        if let closing = end.prompt { prompt(closing) }
        setLine(.open)
        notify(.ended(end))
    }
}

extension SessionEnd {
    /// What is said to the caller, where one is there to hear it.
    var prompt: CallerPrompt? {
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
