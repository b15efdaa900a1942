/// Where a session stands.
public enum SessionState: Sendable, Hashable {
    /// Nothing has begun; the line is open.
    case idle
    /// The line is secured, no capture is on.
    case secured
    /// The caller keys one field.
    case collecting(CaptureField)
    /// Every field is in; the agent's submit is awaited.
    case complete
    /// The gateway has the payment. What its answer leads to may change meanwhile.
    case submitted(PendingDisposition)
    /// The gateway said no; the agent may take another card.
    case declined(Decline)
    /// A late approval is being taken back.
    case voiding(Approval)
    /// Over, for good.
    case ended(SessionEnd)
}

/// What the gateway's pending answer will lead to.
public enum PendingDisposition: Sendable, Hashable {
    /// To the end of the session by that answer.
    case wanted
    /// The caller hung up or the line was lost: the outcome is recorded.
    case callerGone
    /// The payment was cancelled meanwhile: an approval is voided.
    case cancelled(Party)
    /// A critical component failed meanwhile: both legs are muted, and the outcome is recorded.
    case failed(CriticalComponent)
}

/// Who ended something.
public enum Party: String, Sendable, Hashable { case agent, caller }

/// A component whose failure mutes the agent's leg and the recording.
public enum CriticalComponent: String, Sendable, Hashable, CaseIterable {
    case detector, recorder, ledger, log, lockedMemory = "locked-memory"
}

/// How a session ended.
public enum SessionEnd: Sendable, Hashable {
    /// Paid.
    case approved(Approval)
    /// Refused, and no further card was taken.
    case declined(Decline)
    /// Cancelled before the gateway took anything.
    case cancelled(Party)
    /// Approved after it had been cancelled. The ``VoidOutcome`` says whether it was given back.
    case voided(Approval, VoidOutcome)
    /// The caller took too long too often for the profile.
    case timedOut(SessionTimer)
    /// The caller got a field wrong too often for the profile.
    case tooManyAttempts(CaptureField)
    /// The caller hung up before the submission.
    case callerHungUp
    /// The audio was lost before the submission.
    case lineLost
    /// The gateway could not be reached; nothing was taken.
    case gatewayUnreachable
    /// The gateway refused the request itself; nothing was taken.
    case rejected(GatewayRefusal)
    /// Whether the money was taken is unknown: for the reconciliation list.
    case unknown(paymentID: String?)
    /// A part failed; the legs stay muted.
    case failed(CriticalComponent)
}

/// The outcome of voiding an approved payment.
public enum VoidOutcome: String, Sendable, Hashable {
    /// Nothing will be taken.
    case voided
    /// It was captured already and the whole of it was refunded.
    case refunded
    /// It could not be taken back: for the reconciliation list.
    case failed
}
