public import LineControl

/// The part of a card that an agent may see: the brand and the last four digits of a valid number.
public struct MaskedCard: Sendable, Hashable {
    /// The scheme.
    public let brand: CardBrand
    /// The last four digits.
    public let lastFour: String
}

/// The part of valid fields that an agent may see.
struct ShownElements: Sendable, Hashable {
    var card: MaskedCard?
    var expiry: CardExpiry?
    var accountNumber: String?
    /// Fields that are captured or skipped.
    var completed: Set<CaptureField> = []
    /// The reason why a field was asked for again.
    var error: FieldError?
}

/// An agent's complete view of a session.
///
/// It cannot hold a card number or a security code. It has the number of digits keyed, the brand and last four digits
/// of a valid number, and a valid expiry. Only a session makes one.
public struct AgentView: Sendable, Hashable {
    /// The status of one field.
    public enum Status: Sendable, Hashable {
        /// Not asked for yet.
        case waiting
        /// The caller is keying it and has keyed this many digits.
        case entering(digits: Int)
        /// It is captured or skipped.
        case given
    }

    /// The present state of the session.
    public let state: SessionState
    /// What may be heard.
    public let line: LineCondition
    /// The fields to ask for, in order, each with its status.
    public let fields: [Field]
    /// Brand and last four digits, while a valid number is captured and after it was submitted.
    public let card: MaskedCard?
    /// The expiry, once it is valid.
    public let expiry: CardExpiry?
    /// The account number, keyed or given.
    public let accountNumber: String?
    /// The reason why the present field is asked for again.
    public let error: FieldError?
    /// The number of the present card in this session, from 1.
    public let attempt: Int
    /// In the currency's minor unit.
    public let amount: Int
    /// ISO 4217 code.
    public let currency: String
    /// Whether no money moves.
    public let isTest: Bool

    /// One field and its status.
    public struct Field: Sendable, Hashable {
        public let name: CaptureField
        public let status: Status
    }
}

extension PaymentMachine {
    /// The agent's present view.
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
