/// The public state of a session.
public enum SessionState: Sendable, Hashable {
    /// Nothing has begun; the line is open.
    case idle
    /// The line is secured. There is no capture.
    case secured
    /// The caller is keying a field.
    case collecting(CaptureField)
    /// Every field is captured. The agent's submit is awaited.
    case complete
    /// The gateway is processing the payment. What its answer leads to may change meanwhile.
    case submitted(PendingDisposition)
    /// The payment was declined. The agent may take another card.
    case declined(Decline)
    /// A late approval is being voided.
    case voiding(Approval)
    /// The session has ended.
    case ended(SessionEnd)
}

/// What the gateway's pending answer will lead to.
public enum PendingDisposition: Sendable, Hashable {
    /// The answer ends the session.
    case wanted
    /// The caller hung up or the line was lost: the outcome is recorded.
    case callerGone
    /// The payment was cancelled meanwhile: an approval is voided.
    case cancelled(Party)
    /// A critical component failed meanwhile: both legs are muted, and the outcome is recorded.
    case failed(CriticalComponent)
}

/// A party of the call.
public enum Party: String, Sendable, Hashable { case agent, caller }

/// A component whose failure mutes the agent's leg and the recording.
public enum CriticalComponent: String, Sendable, Hashable, CaseIterable {
    case detector, recorder, ledger, log, lockedMemory = "locked-memory"
}

/// The result of a session.
public enum SessionEnd: Sendable, Hashable {
    /// Paid.
    case approved(Approval)
    /// Declined, and no further card was tried.
    case declined(Decline)
    /// Cancelled before the gateway took money.
    case cancelled(Party)
    /// Approved after it was cancelled. The ``VoidOutcome`` is the result of the void.
    case voided(Approval, VoidOutcome)
    /// The caller timed out more often than the profile allows.
    case timedOut(SessionTimer)
    /// A field was wrong more often than the profile allows.
    case tooManyAttempts(CaptureField)
    /// The caller hung up before the submission.
    case callerHungUp
    /// The audio was lost before the submission.
    case lineLost
    /// The gateway could not be reached. No money is taken.
    case gatewayUnreachable
    /// The gateway refused the request itself. No money is taken.
    case rejected(GatewayRefusal)
    /// It is unknown whether the money is taken, so the payment needs reconciliation.
    case unknown(paymentID: String?)
    /// A component failed. The legs stay muted.
    case failed(CriticalComponent)
}

/// The outcome of voiding an approved payment.
public enum VoidOutcome: String, Sendable, Hashable {
    /// The payment is cancelled before its money moves.
    case voided
    /// The payment was already captured, and is refunded in full.
    case refunded
    /// The payment could not be voided or refunded, so it needs reconciliation.
    case failed
}
