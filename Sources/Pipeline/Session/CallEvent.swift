public import PaymentSession

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
        /// A command was not followed.
        case refused(AgentCommand, Refusal)
    }

    /// Time since the call began.
    public let time: Duration
    /// What happened.
    public let kind: Kind
    /// What the agent sees now.
    public let view: AgentView

    init(time: Duration, kind: Kind, view: AgentView) {
        self.time = time
        self.kind = kind
        self.view = view
    }
}
