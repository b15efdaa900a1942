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
    /// What tells the keys of one ledger from another's that has a session of the same name; `nil` in orders of before
    /// ledgers had it.
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

    /// The same for every repetition of one attempt, another for each attempt: `scope-session-attempt`.
    public var idempotencyKey: String { (keyScope.map { "\($0)-" } ?? "") + name }

    /// What people call the attempt: `session-attempt`.
    public var name: String { "\(sessionID)-\(attempt)" }

    /// A scope that no other ledger or process has: 80 random bits in letters, so that it holds no digit.
    public static func newKeyScope() -> String {
        String((0..<17).map { _ in "abcdefghijklmnopqrstuvwxyz".randomElement() ?? "a" })
    }
}
