/// What is to be paid, and by which try: everything a gateway is told but the card.
public struct PaymentOrder: Sendable, Hashable {
    /// The session that asks; unique among all calls.
    public var sessionID: String
    /// 1 for the session's first card, one more for each further card.
    public var attempt: Int
    /// The amount in the currency's minor unit (pence, cents), above zero.
    public var amount: Int
    /// ISO 4217 code, upper case.
    public var currency: String
    /// What the merchant files the payment under: an account or invoice number; `nil` where there is none.
    public var reference: String?

    public init(sessionID: String, attempt: Int, amount: Int, currency: String, reference: String? = nil) {
        self.sessionID = sessionID
        self.attempt = attempt
        self.amount = amount
        self.currency = currency
        self.reference = reference
    }

    /// The same for every repetition of one attempt, another for each attempt: `session-attempt`.
    public var idempotencyKey: String { "\(sessionID)-\(attempt)" }
}
