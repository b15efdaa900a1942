/// A place where information about a session can be read or heard.
public enum Outlet: String, Sendable, Hashable, CaseIterable {
    /// The screen of the agent who takes the payment.
    case agentView = "agent view"
    /// The call's recording.
    case recording
    /// The event stream, by which a supervisor or another program follows sessions.
    case dashboard
    /// A program's log of its own work.
    case log
    /// A message to another system after the payment.
    case webhook
    /// The customer's receipt.
    case receipt
    /// The stored record of payments.
    case ledger
    /// The words spoken to the caller.
    case callerPrompt = "caller prompt"
}

/// A kind of information about a session.
public enum DataElement: String, Sendable, Hashable, CaseIterable {
    case cardNumber = "card number"
    case securityCode = "security code"
    /// The key that was pressed.
    case key
    /// The number of digits keyed in a field.
    case digitCount = "digit count"
    case brand
    case lastFour = "last four"
    case expiry
    case houseNumber = "house number"
    case postcode
    case amount
    /// The account or invoice number.
    case reference
    case sessionID = "session"
    /// The name of the call that the session belongs to.
    case callID = "call"
    /// The key that distinguishes a repeated request from a second payment.
    case idempotencyKey = "idempotency key"
    /// The mark of a payment in which no money moves.
    case test
    /// The payee.
    case merchant
    /// The time of the payment.
    case moment = "date"
    /// The kind of order, such as MOTO.
    case orderKind = "order"
    /// The amount returned, and when.
    case moneyBack = "given back"
    case paymentID = "payment"
    /// The number of the card within the session.
    case attempt
    /// The result of the session in one word.
    case outcome
    /// The gateway's or the issuer's reason for a decline.
    case refusalDetail = "refusal's detail"
    /// The reason why a field is asked for again.
    case fieldError = "field error"
    /// The issuer's checks of security code, house number and postcode.
    case issuerChecks = "issuer's checks"
    /// The gateway's token for the card.
    case token
}

extension Outlet {
    /// The elements that may be disclosed here, and no others.
    ///
    /// This is the one table. Each row is also a protocol, such as ``LogDisclosable``, to which the elements' types
    /// conform. So code that discloses more does not compile. A test compares the protocols with the table.
    public var disclosed: Set<DataElement> {
        switch self {
        case .agentView:
            [
                .digitCount, .brand, .lastFour, .expiry, .amount, .reference, .test, .paymentID, .attempt, .outcome,
                .refusalDetail, .fieldError, .issuerChecks,
            ]
        case .recording: []
        case .dashboard:
            [
                .digitCount, .brand, .lastFour, .expiry, .amount, .reference, .sessionID, .callID, .idempotencyKey,
                .test, .paymentID, .attempt, .outcome, .refusalDetail, .fieldError, .issuerChecks,
            ]
        case .log:
            [
                .amount, .sessionID, .callID, .idempotencyKey, .test, .paymentID, .attempt, .outcome, .refusalDetail,
                .fieldError,
            ]
        case .webhook:
            [
                .brand, .lastFour, .amount, .reference, .sessionID, .callID, .idempotencyKey, .test, .paymentID,
                .attempt, .outcome, .refusalDetail,
            ]
        case .receipt:
            [
                .brand, .lastFour, .amount, .reference, .test, .paymentID, .outcome, .merchant, .moment, .orderKind,
                .moneyBack,
            ]
        case .ledger:
            [
                .brand, .lastFour, .expiry, .amount, .reference, .sessionID, .idempotencyKey, .test, .paymentID,
                .attempt, .outcome, .refusalDetail, .issuerChecks, .token, .merchant, .moment, .moneyBack,
            ]
        case .callerPrompt: [.amount, .outcome, .fieldError]
        }
    }
}
