package import LineControl
package import PaymentSession

/// Whose payment it is that something happens to.
package struct PaymentIdentity: Sendable, Hashable {
    /// The session's name.
    package let session: String
    /// The call's name.
    package let call: String
    /// The key of the present attempt; `nil` before the first.
    package let idempotencyKey: String?
}

/// Something that happened in a call's session, and what the agent saw after it; no part of it can hold a card's
/// digits.
package struct CallEvent: Sendable, Hashable {
    /// What happened.
    package enum Kind: Sendable, Hashable {
        /// The session tells something.
        case notice(SessionNotice)
        /// Something is to be said to the caller.
        case prompt(CallerPrompt)
        /// The legs are put into another condition.
        case line(LineCondition)
        /// A command was not followed; the word that asked for it.
        case refused(String, CommandRefusal)
        /// The session has no journal: its payment is written nowhere.
        case noLedger
    }

    /// Time since the call began.
    package let time: Duration
    /// Wall clock, milliseconds since 1970.
    package let clock: Int
    /// Whose payment it is.
    package let payment: PaymentIdentity
    /// What happened.
    package let kind: Kind
    /// What the agent sees now.
    package let view: AgentView
}
