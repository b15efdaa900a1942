public import Gateway
public import PaymentSession

/// What is written of an attempt before it is sent; it names no more of the card than a ledger may hold.
public struct AttemptRecord: Sendable, Hashable {
    /// What is paid, and by which try.
    public let order: PaymentOrder
    /// The scheme.
    public let brand: CardBrand
    /// The last four digits.
    public let lastFour: String
    /// The last month in which the card is valid.
    public let expiry: CardExpiry
}

/// Where attempts are recorded: before they are sent, so that a crash leaves none unknown, and once they are answered.
public protocol AttemptJournal: Sendable {
    /// Records an attempt; where it throws, the attempt is not sent.
    func willSend(_ attempt: AttemptRecord) async throws
    /// Records the gateway's answer; a failure here leaves the attempt open, for the next start to settle.
    func didReceive(_ answer: GatewayAnswer, for attempt: AttemptRecord) async
}
