package import Gateway
package import PaymentSession

/// What is written of an attempt before it is sent.
package struct AttemptRecord: Sendable, Hashable {
    /// What is paid, and by which try.
    package let order: PaymentOrder
    /// What may be kept of its card.
    package let card: CardFacts
}

/// Where a session is written down as it goes.
package protocol AttemptJournal: Sendable {
    /// The part of every idempotency key that is this journal's own.
    var keyScope: String { get }
    /// Writes an attempt down; where it throws, the attempt is not sent.
    func willSend(_ attempt: AttemptRecord) async throws
    /// Writes the gateway's answer down.
    ///
    /// - Returns: The answer that may be told: an approval that cannot be written down is `unknown`.
    func didReceive(_ answer: GatewayAnswer, for attempt: AttemptRecord) async -> GatewayAnswer
    /// Writes down that somebody cancelled while the gateway was asked: an approval is taken back then, whatever
    /// becomes of this process.
    func wasCancelled(by party: Party) async
    /// Takes back a payment that was approved after its session had been cancelled; written down before it is asked
    /// for.
    func takeBack(_ paymentID: String) async -> VoidOutcome
    /// Writes down how the session ended.
    func didEnd(_ end: SessionEnd) async
}

/// What a session has to be given: a journal, or that it has none, which it says as its first event.
package enum SessionJournal: Sendable {
    case kept(any AttemptJournal)
    /// The payment is written nowhere.
    case none
}
