/// What a session collects, and for which payment.
public struct SessionSettings: Sendable, Hashable {
    /// Who submits the payment after every field is captured.
    public enum Submission: String, Sendable, Hashable {
        /// The session, when the last field ends.
        case automatic
        /// The agent.
        case byAgent
    }

    /// Unique among all sessions of a ledger; part of every idempotency key.
    public var sessionID: String
    /// The name of the call that the session belongs to.
    public var callID: String
    /// The ledger's own part of every idempotency key, ``PaymentOrder/keyScope``.
    public var keyScope: String?
    /// Whether no money moves, because the gateway is a mock or the key is a test key.
    public var isTest: Bool
    /// In the currency's minor unit, above zero.
    public var amount: Int
    /// ISO 4217 code, upper case.
    public var currency: String
    /// An account or invoice number; `nil` if there is none or the caller keys it.
    public var reference: String?
    /// The fields to ask for, in order. They always include the three of the card.
    public let fields: [CaptureField]
    /// The brands accepted.
    public var brands: Set<CardBrand>
    /// The keypad profile: meanings of keys, and times.
    public var profile: KeypadProfile
    /// Who submits the payment.
    public var submission: Submission
    /// The month in which the session begins. An expiry before it is refused.
    public var month: CardExpiry

    /// Precondition: `amount` is above zero.
    public init(
        sessionID: String, amount: Int, currency: String, reference: String? = nil,
        fields: [CaptureField] = CaptureField.card, brands: Set<CardBrand> = Set(CardBrand.allCases),
        profile: KeypadProfile = .keyivr, submission: Submission = .automatic, month: CardExpiry,
        callID: String? = nil, keyScope: String? = nil, isTest: Bool = false
    ) {
        precondition(amount > 0, "a payment is of more than nothing")
        self.sessionID = sessionID
        self.callID = callID ?? sessionID
        self.keyScope = keyScope
        self.isTest = isTest
        self.amount = amount
        self.currency = currency
        self.reference = reference
        let wanted = Set(fields).union(CaptureField.card)
        self.fields = CaptureField.allCases.filter(wanted.contains)
        self.brands = brands
        self.profile = profile
        self.submission = submission
        self.month = month
    }
}
