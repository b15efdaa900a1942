package import LineControl
package import PaymentSession

/// Identifies the payment of an event.
package struct PaymentIdentity: Sendable, Hashable {
    /// The session's name.
    package let session: String
    /// The call's name.
    package let call: String
    /// The idempotency key of the present attempt; `nil` before the first.
    package let idempotencyKey: String?
}

/// An event of a call's session, and the agent's view after it. It cannot hold a card's digits.
package struct CallEvent: Sendable, Hashable {
    /// The kind of an event.
    package enum Kind: Sendable, Hashable {
        /// A notice of the session.
        case notice(SessionNotice)
        /// A prompt to be spoken to the caller.
        case prompt(CallerPrompt)
        /// A new condition of the legs.
        case line(LineCondition)
        /// A refused command: the word that was typed, and the reason.
        case refused(String, CommandRefusal)
        /// The session has no journal: its payment is written nowhere.
        case noLedger
    }

    /// Time since the call began.
    package let time: Duration
    /// Wall clock in milliseconds since 1970.
    package let clock: Int
    /// The payment that the event belongs to.
    package let payment: PaymentIdentity
    package let kind: Kind
    /// The agent's view after the event.
    package let view: AgentView
}
