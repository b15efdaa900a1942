public import LineControl

/// A card as an agent may see it: the brand and the last four digits, of a valid number only.
public struct MaskedCard: Sendable, Hashable {
    /// The scheme.
    public let brand: CardBrand
    /// The last four digits.
    public let lastFour: String
}

/// What an agent may be shown of the fields, once they are valid.
struct ShownElements: Sendable, Hashable {
    var card: MaskedCard?
    var expiry: CardExpiry?
    var accountNumber: String?
    /// Fields that are in, or passed over.
    var completed: Set<CaptureField> = []
    /// Why a field was asked for again.
    var error: FieldError?
}

/// Everything an agent sees of a session.
///
/// The type cannot hold a card number or a security code. It has the number of digits keyed, brand and last four digits
/// of a valid number, and a valid expiry. Only a session makes one.
public struct AgentView: Sendable, Hashable {
    /// What is known of one field.
    public enum Status: Sendable, Hashable {
        /// Not asked yet.
        case waiting
        /// The caller keys it; so many digits are in.
        case entering(digits: Int)
        /// It is in.
        case given
    }

    /// Where the session stands.
    public let state: SessionState
    /// What may be heard.
    public let line: LineCondition
    /// The fields asked for, in order, and how far each is.
    public let fields: [Field]
    /// Brand and last four; only while a valid number is in, and after it was sent.
    public let card: MaskedCard?
    /// The expiry, once it is valid.
    public let expiry: CardExpiry?
    /// The account number, keyed or given.
    public let accountNumber: String?
    /// Why the present field is asked for again.
    public let error: FieldError?
    /// The n-th card of this session.
    public let attempt: Int
    /// In the currency's minor unit.
    public let amount: Int
    /// ISO 4217 code.
    public let currency: String
    /// Whether no money moves.
    public let isTest: Bool

    /// One field and how far it is.
    public struct Field: Sendable, Hashable {
        /// Which field.
        public let name: CaptureField
        /// How far it is.
        public let status: Status
    }
}

extension PaymentMachine {
    /// What the agent sees now.
    public var agentView: AgentView {
        let (state, digits) = (state, phase.enteredDigits)
        let fields = settings.fields.map { field in
            let status: AgentView.Status =
                if state == .collecting(field) { .entering(digits: digits) } else {
                    shown.completed.contains(field) ? .given : .waiting
                }
            return AgentView.Field(name: field, status: status)
        }
        return AgentView(
            state: state, line: line, fields: fields, card: shown.card, expiry: shown.expiry,
            accountNumber: settings.reference ?? shown.accountNumber, error: shown.error, attempt: attempt,
            amount: settings.amount, currency: settings.currency, isTest: settings.isTest)
    }
}
