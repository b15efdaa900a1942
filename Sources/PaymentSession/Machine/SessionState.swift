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
    /// The gateway is asked; how its answer is wanted may change meanwhile.
    case submitted(PendingDisposition)
    /// The gateway said no; the agent may take another card.
    case declined(Decline)
    /// A late approval is being taken back.
    case voiding(Approval)
    /// Over, for good.
    case ended(SessionEnd)
}

/// How an answer of the gateway is wanted when it comes.
public enum PendingDisposition: Sendable, Hashable {
    /// By caller and agent.
    case wanted
    /// The caller has hung up or the line is gone: what the gateway did is recorded.
    case callerGone
    /// Cancelled meanwhile: an approval is voided.
    case cancelled(Party)
    /// A part failed meanwhile: nothing is heard any more, and what the gateway did is recorded.
    case failed(CriticalComponent)
}

/// Who ended something.
public enum Party: String, Sendable, Hashable { case agent, caller }

/// A part without which nothing may be heard: its failure mutes the agent's leg and the recording.
public enum CriticalComponent: String, Sendable, Hashable, CaseIterable {
    case detector, recorder, ledger, log, lockedMemory = "locked-memory"
}

/// How a session ended.
public enum SessionEnd: Sendable, Hashable {
    /// Paid.
    case approved(Approval)
    /// Refused, and no further card was taken.
    case declined(Decline)
    /// Called off before the gateway took anything.
    case cancelled(Party)
    /// Approved after it had been called off, and taken back, or not: see the ``VoidOutcome``.
    case voided(Approval, VoidOutcome)
    /// The caller took too long, as often as the profile allows.
    case timedOut(SessionTimer)
    /// The caller got a field wrong as often as the profile allows.
    case tooManyAttempts(CaptureField)
    /// The caller hung up before the submission.
    case callerHungUp
    /// The audio was lost before the submission.
    case lineLost
    /// The gateway could not be reached; nothing was taken.
    case gatewayUnreachable
    /// The gateway refused the request itself; nothing was taken.
    case rejected(status: Int, code: GatewayCode?)
    /// Nobody can say whether the money was taken: for the reconciliation list.
    case unknown(paymentID: String?)
    /// A part failed; the legs stay muted.
    case failed(CriticalComponent)
}

/// What came of taking an approved payment back.
public enum VoidOutcome: String, Sendable, Hashable {
    /// Nothing will be taken.
    case voided
    /// It was captured already and the whole of it was refunded.
    case refunded
    /// It could not be taken back: for the reconciliation list.
    case failed
}
