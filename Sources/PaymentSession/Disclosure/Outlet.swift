/// A place where something of a session can be read or heard.
public enum Outlet: String, Sendable, Hashable, CaseIterable {
    /// What the agent who takes the payment sees.
    case agentView = "agent view"
    /// The call's recording.
    case recording
    /// Sessions as a supervisor or another program follows them: the event stream.
    case dashboard
    /// What a program writes about itself.
    case log
    /// What is told to another system after the fact.
    case webhook
    /// What the customer keeps.
    case receipt
    /// What is kept of payments.
    case ledger
    /// What is said to the caller.
    case callerPrompt = "caller prompt"
}

/// An element of a session.
public enum DataElement: String, Sendable, Hashable, CaseIterable {
    case cardNumber = "card number"
    case securityCode = "security code"
    /// Which key was pressed.
    case key
    /// How many digits of a field are in.
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
    /// By what a repeated request is told from a second payment.
    case idempotencyKey = "idempotency key"
    /// That no money moves.
    case test
    /// Who is paid.
    case merchant
    /// When it was paid.
    case moment = "date"
    /// How the order came.
    case orderKind = "order"
    /// What was given back, and when.
    case moneyBack = "given back"
    case paymentID = "payment"
    /// Which card of the session it is.
    case attempt
    /// How the session ended, in a word.
    case outcome
    /// Why the gateway or the issuer said no.
    case refusalDetail = "refusal's detail"
    /// Why a field is asked for again.
    case fieldError = "field error"
    /// What the issuer said of security code, house number and postcode.
    case issuerChecks = "issuer's checks"
    /// What stands for a card at its gateway.
    case token
}

extension Outlet {
    /// The elements that may be disclosed here; everything else may not.
    ///
    /// The one table. Each row is also a protocol, such as ``LogDisclosable``, that the elements' types conform to, so
    /// that code which would disclose more does not compile; a test holds the protocols to the table.
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
