public import DTMF
public import LineControl

/// An input of a session.
public enum SessionEvent: Sendable {
    /// The caller pressed a key.
    case key(Key)
    /// Time has passed; sent when ``PaymentMachine/nextDeadline`` is reached.
    case tick
    /// The agent gave a command.
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

/// A command that an agent can give to a session. No command carries card data, so an agent cannot type or edit it.
public enum AgentCommand: Sendable, Hashable {
    /// Secure the line without a capture.
    case secure
    /// Begin the capture, and secure the line if it is open.
    case collect
    /// Ask for a field again, in any order.
    case recollect(CaptureField)
    /// Submit the payment, if the submission waits for the agent.
    case submit
    /// Take another card after a decline.
    case anotherCard
    /// Cancel the session.
    case cancel
}

/// The reason why a command was refused.
public enum CommandRefusal: Sendable, Hashable {
    /// A session is already in progress.
    case sessionInProgress
    /// A field is missing; an incomplete payment is never submitted.
    case incomplete
    /// The field is not part of this session.
    case fieldNotAsked
    /// The command is not allowed in the present state.
    case notNow
    /// The session has ended.
    case ended
    /// ``KeypadProfile/cards`` cards have been tried.
    case tooManyCards
}

/// An action for the driver of a session, to be performed in the order given.
public enum SessionAction: Sendable, Hashable {
    /// Put the agent's leg and the recording into this condition.
    case line(LineCondition)
    /// Notify the agent and all subscribers.
    case notify(SessionNotice)
    /// Speak the prompt to the caller, by the agent or a machine.
    case prompt(CallerPrompt)
    /// Take the card by ``PaymentMachine/takeCard()`` and send it.
    case submit(PaymentOrder)
    /// Void an approved payment.
    case void(paymentID: String, idempotencyKey: String)
    /// Tell the agent that a command was refused.
    case refuse(AgentCommand, CommandRefusal)
}

/// A notice to the subscribers of a session. It cannot carry a digit.
public enum SessionNotice: Sendable, Hashable {
    /// The line is secured.
    case secured
    /// A field is asked for.
    case fieldBegan(CaptureField)
    /// A digit was keyed; `digits` are held now.
    case digitEntered(CaptureField, digits: Int)
    /// A key on the secured line outside a capture was dropped.
    case keyDropped
    /// The field was erased by the caller, or because the agent asked for it again.
    case fieldCleared(CaptureField)
    /// The field is valid.
    case fieldAccepted(CaptureField)
    /// The caller skipped the field.
    case fieldSkipped(CaptureField)
    /// The field is invalid and was erased. The caller has `attemptsLeft` further tries.
    case fieldRejected(CaptureField, FieldError, attemptsLeft: Int)
    /// Every field is captured.
    case complete
    /// The payment was submitted as attempt `attempt` of this session.
    case submitted(attempt: Int)
    /// The payment was declined. The details are for the agent.
    case declined(Decline)
    /// The session was cancelled, hung up or failed during a request. The answer is awaited.
    case awaitingAnswer(PendingDisposition)
    /// A late approval is being voided.
    case voiding(Approval)
    /// The session has ended.
    case ended(SessionEnd)
}

/// A prompt for the caller. It never has a decline's reason or a digit.
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
    /// Cancelled. No money is taken.
    case cancelled
    /// The payment could not be completed. The agent takes over.
    case backToAgent
}
