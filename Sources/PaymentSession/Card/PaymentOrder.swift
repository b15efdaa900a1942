/// What is to be paid in one attempt: everything that a gateway is told except the card.
public struct PaymentOrder: Sendable, Hashable {
    /// The session's name, unique among all calls.
    public var sessionID: String
    /// 1 for the session's first card, one more for each further card.
    public var attempt: Int
    /// The amount in the currency's minor unit (pence, cents), above zero.
    public var amount: Int
    /// ISO 4217 code, upper case.
    public var currency: String
    /// What the merchant files the payment under: an account or invoice number; `nil` where there is none.
    public var reference: String?
    /// The part of the idempotency key that is the ledger's own, since two ledgers may have sessions of one name; `nil`
    /// in orders of older ledgers.
    public var keyScope: String?

    public init(
        sessionID: String, attempt: Int, amount: Int, currency: String, reference: String? = nil,
        keyScope: String? = nil
    ) {
        self.sessionID = sessionID
        self.attempt = attempt
        self.amount = amount
        self.currency = currency
        self.reference = reference
        self.keyScope = keyScope
    }

    /// `scope-session-attempt`: the same for every repetition of one attempt.
    public var idempotencyKey: String { (keyScope.map { "\($0)-" } ?? "") + name }

    /// What people call the attempt: `session-attempt`.
    public var name: String { "\(sessionID)-\(attempt)" }

    /// A unique scope: 80 random bits as letters, so that it holds no digit.
    public static func newKeyScope() -> String {
        String((0..<17).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }
}
