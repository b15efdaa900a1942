/// The order of one attempt: everything that a gateway receives except the card.
public struct PaymentOrder: Sendable, Hashable {
    /// The session's name, unique among all calls.
    public var sessionID: String
    /// 1 for the session's first card, one more for each further card.
    public var attempt: Int
    /// The amount in the currency's minor unit (pence, cents), above zero.
    public var amount: Int
    /// ISO 4217 code, upper case.
    public var currency: String
    /// The merchant's account or invoice number for the payment, or `nil`.
    public var reference: String?
    /// The ledger's part of the idempotency key, because two ledgers may have sessions with the same name; `nil` in
    /// orders of older ledgers.
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

    /// The key `scope-session-attempt`. It is the same for every repetition of one attempt.
    public var idempotencyKey: String { (keyScope.map { "\($0)-" } ?? "") + name }

    /// The attempt's name for people: `session-attempt`.
    public var name: String { "\(sessionID)-\(attempt)" }

    /// A unique scope: 80 random bits as letters, so that it has no digits.
    public static func newKeyScope() -> String {
        String((0..<17).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }
}
