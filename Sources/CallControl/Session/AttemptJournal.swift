package import Gateway
package import PaymentSession

/// The record of an attempt that is written before the attempt is sent.
package struct AttemptRecord: Sendable, Hashable {
    /// The order that is paid, and its attempt number.
    package let order: PaymentOrder
    /// The facts about the card that may be kept.
    package let card: CardFacts
}

/// The write-ahead journal of a session.
package protocol AttemptJournal: Sendable {
    /// The part of every idempotency key that identifies this journal.
    var keyScope: String { get }
    /// Records an attempt. If this throws, the attempt is not sent.
    func willSend(_ attempt: AttemptRecord) async throws
    /// Records the gateway's answer.
    ///
    /// - Returns: The answer to report. An approval that cannot be recorded becomes `unknown`.
    func didReceive(_ answer: GatewayAnswer, for attempt: AttemptRecord) async -> GatewayAnswer
    /// Records a cancellation while the gateway was being asked. An approval is then voided, even if this process ends.
    func wasCancelled(by party: Party) async
    /// Voids a payment that was approved after its session was cancelled. The void is recorded before it is requested.
    func takeBack(_ paymentID: String) async -> VoidOutcome
    /// Records the end of the session.
    func didEnd(_ end: SessionEnd) async
}

/// Every session is given a journal or an explicit "none". It reports the latter as its first event.
package enum SessionJournal: Sendable {
    case kept(any AttemptJournal)
    /// The payment is written nowhere.
    case none
}
