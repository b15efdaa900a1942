/// The outcome of a payment request.
public enum PaymentOutcome: Sendable, Hashable {
    /// The money is taken, or authorised if the order says so.
    case approved(Approval)
    /// The gateway or the issuer declined the payment. No money is taken.
    case declined(Decline)
    /// The gateway refused the request itself. No money is taken.
    case rejected(GatewayRefusal)
    /// No request reached the gateway. No money is taken.
    case unreachable
    /// It is unknown whether the money is taken, so the payment needs reconciliation. `paymentID` is given if known.
    case unknown(paymentID: String?)
}

/// A payment that a gateway approved.
public struct Approval: Sendable, Hashable {
    /// The gateway's identifier of the payment.
    public var paymentID: String
    /// The issuer's check of the security code.
    public var securityCodeCheck: IssuerCheck
    /// The issuer's check of the house number.
    public var houseNumberCheck: IssuerCheck
    /// The issuer's check of the postcode.
    public var postcodeCheck: IssuerCheck

    public init(
        paymentID: String, securityCodeCheck: IssuerCheck = .unchecked, houseNumberCheck: IssuerCheck = .unchecked,
        postcodeCheck: IssuerCheck = .unchecked
    ) {
        self.paymentID = paymentID
        self.securityCodeCheck = securityCodeCheck
        self.houseNumberCheck = houseNumberCheck
        self.postcodeCheck = postcodeCheck
    }
}

/// An issuer's result for one element that it was given.
public enum IssuerCheck: String, Sendable, Hashable { case pass, fail, unavailable, unchecked }

/// A decline and its reason. The reason is for the agent, never for the caller.
public struct Decline: Sendable, Hashable {
    /// The kind of decline: `card_declined`, `expired_card`, `incorrect_cvc`, `incorrect_number`, `processing_error`, …
    public var code: GatewayCode
    /// The issuer's reason, if there is one: `insufficient_funds`, `lost_card`, …
    public var declineCode: GatewayCode?
    /// The gateway's identifier of the declined payment, if there is one.
    public var paymentID: String?

    public init(code: GatewayCode, declineCode: GatewayCode? = nil, paymentID: String? = nil) {
        self.code = code
        self.declineCode = declineCode
        self.paymentID = paymentID
    }
}

/// A gateway's refusal of a request, in the terms of its own protocol. A session passes it on without reading it.
public struct GatewayRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The status number of the gateway's reply.
    public var status: Int
    /// The gateway's code for the reason, if there is one.
    public var code: GatewayCode?
    /// Whether the API key was refused rather than this request.
    public var isOfKey: Bool

    public init(status: Int, code: GatewayCode? = nil, isOfKey: Bool = false) {
        self.status = status
        self.code = code
        self.isOfKey = isOfKey
    }

    /// The status, and the code if there is one.
    public var description: String { "\(status)\(code.map { " \($0)" } ?? "")" }
}

/// A gateway's code for an event. It has lower-case letters and underscores only, so it cannot carry a number.
public struct GatewayCode: Sendable, Hashable, CustomStringConvertible {
    /// The code.
    public let description: String

    /// The code in `text`, 64 characters at most. Characters other than letters and `_` are dropped. `nil` if none
    /// remain.
    public init?(_ text: String) {
        let kept = text.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || $0 == "_" }.prefix(64)
        guard !kept.isEmpty else { return nil }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: kept)
        description = String(word)
    }
}
