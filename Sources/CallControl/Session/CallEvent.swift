public import PaymentSession

/// Whose payment it is that something happens to.
public struct PaymentIdentity: Sendable, Hashable {
    /// The session's name.
    public let session: String
    /// The call's name.
    public let call: String
    /// The key of the present attempt; `nil` before the first.
    public let idempotencyKey: String?
}

/// Something that happened in a call's session, and what the agent saw after it; no part of it can hold a card's digits.
public struct CallEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// The session tells something.
        case notice(SessionNotice)
        /// Something is to be said to the caller.
        case prompt(CallerPrompt)
        /// The legs are put into another condition.
        case line(LineCondition)
        /// A command was not followed; the word that asked for it.
        case refused(String, Refusal)
        /// The session has no journal: its payment is written nowhere.
        case noLedger
    }

    /// Time since the call began.
    public let time: Duration
    /// Wall clock, milliseconds since 1970.
    public let clock: Int
    /// Whose payment it is.
    public let payment: PaymentIdentity
    /// What happened.
    public let kind: Kind
    /// What the agent sees now.
    public let view: AgentView
}
