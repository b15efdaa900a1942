public import DTMF
public import LineControl

/// Something that happens to a session.
public enum SessionEvent: Sendable {
    /// The caller pressed a key.
    case key(Key)
    /// Time has passed; sent when ``PaymentMachine/nextDeadline`` is reached.
    case tick
    /// The agent wants something.
    case command(AgentCommand)
    /// The gateway answered the submission of `attempt`.
    case answered(PaymentOutcome, attempt: Int)
    /// The gateway answered the void.
    case voidAnswered(VoidOutcome)
    /// The caller hung up.
    case hangUp
    /// The audio is lost: a device was unplugged, a stream broke.
    case lineLost
    /// A critical component failed.
    case failure(CriticalComponent)
}

/// What an agent can ask of a session. No command carries card data: an agent cannot type or edit it.
public enum AgentCommand: Sendable, Hashable {
    /// Secure the line; no capture yet.
    case secure
    /// Begin the capture, securing the line where it is not.
    case collect
    /// Ask for a field again, in any order.
    case recollect(CaptureField)
    /// Send the payment; only where the submission waits for the agent.
    case submit
    /// Take another card after a decline.
    case anotherCard
    /// Call the session off.
    case cancel
}

/// Why a command was not followed.
public enum CommandRefusal: Sendable, Hashable {
    /// A session is on already.
    case sessionInProgress
    /// A field is missing; an incomplete payment is never submitted.
    case incomplete
    /// The field is not among those this session asks for.
    case fieldNotAsked
    /// The state has no place for the command.
    case notNow
    /// The session is over.
    case ended
    /// ``KeypadProfile/cards`` cards were tried.
    case tooManyCards
}

/// Something that the driver of a session has to do, in the order given.
public enum SessionAction: Sendable, Hashable {
    /// Put the agent's leg and the recording into this condition.
    case line(LineCondition)
    /// Tell the agent and all subscribers.
    case notify(SessionNotice)
    /// Say it to the caller, by the agent's voice or a machine's.
    case prompt(CallerPrompt)
    /// Take the card by ``PaymentMachine/takeCard()`` and send it.
    case submit(PaymentOrder)
    /// Take an approved payment back.
    case void(paymentID: String, idempotencyKey: String)
    /// Tell the agent that a command was not followed.
    case refuse(AgentCommand, CommandRefusal)
}

/// What subscribers of a session are told. No case can carry a digit.
public enum SessionNotice: Sendable, Hashable {
    /// The line is secured.
    case secured
    /// A field is asked for.
    case fieldBegan(CaptureField)
    /// A digit came; `digits` are held now.
    case digitEntered(CaptureField, digits: Int)
    /// A key came on the secured line outside a capture and was dropped.
    case keyDropped
    /// The caller emptied the field, or the agent asked for it again.
    case fieldCleared(CaptureField)
    /// The field is valid.
    case fieldAccepted(CaptureField)
    /// The caller passed the field over.
    case fieldSkipped(CaptureField)
    /// The field is not valid, was emptied, and may be tried `attemptsLeft` times more.
    case fieldRejected(CaptureField, FieldError, attemptsLeft: Int)
    /// Every field is in.
    case complete
    /// The gateway is asked for the n-th time in this session.
    case submitted(attempt: Int)
    /// The gateway said no; the detail is the agent's.
    case declined(Decline)
    /// Cancelled, hung up or failed while the gateway is asked: its answer is awaited.
    case awaitingAnswer(PendingDisposition)
    /// A late approval is being taken back.
    case voiding(Approval)
    /// The session is over.
    case ended(SessionEnd)
}

/// What is said to the caller: never a decline's reason, never a digit.
public enum CallerPrompt: Sendable, Hashable {
    /// Please key this field.
    case enter(CaptureField)
    /// That was not right; please key it again.
    case again(CaptureField, FieldError)
    /// One moment.
    case wait
    /// Paid.
    case approved
    /// Not paid with this card.
    case declined
    /// Called off; nothing is taken.
    case cancelled
    /// The payment could not be completed; the agent goes on.
    case backToAgent
}
