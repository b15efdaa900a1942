/// The outcome of a payment request.
public enum PaymentOutcome: Sendable, Hashable {
    /// The money is taken (or authorised, where the order says so).
    case approved(Approval)
    /// The gateway, or the issuer behind it, said no; nothing is taken.
    case declined(Decline)
    /// The gateway refused the request itself; nothing is taken.
    case rejected(GatewayRefusal)
    /// No request reached the gateway: nothing is taken.
    case unreachable
    /// Whether the money is taken is unknown: for the reconciliation list. `paymentID` where it is known.
    case unknown(paymentID: String?)
}

/// A payment that a gateway took.
public struct Approval: Sendable, Hashable {
    /// The gateway's name for it.
    public var paymentID: String
    /// What the issuer said of the security code.
    public var securityCodeCheck: IssuerCheck
    /// What the issuer said of the house number.
    public var houseNumberCheck: IssuerCheck
    /// What the issuer said of the postcode.
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

/// An issuer's answer about one element it was given.
public enum IssuerCheck: String, Sendable, Hashable { case pass, fail, unavailable, unchecked }

/// A decline and its reason. The reason is for the agent, never for the caller.
public struct Decline: Sendable, Hashable {
    /// The kind: `card_declined`, `expired_card`, `incorrect_cvc`, `incorrect_number`, `processing_error`, …
    public var code: GatewayCode
    /// The issuer's reason where one is given: `insufficient_funds`, `lost_card`, …
    public var declineCode: GatewayCode?
    /// The gateway's name for the refused payment, where it gave one.
    public var paymentID: String?

    public init(code: GatewayCode, declineCode: GatewayCode? = nil, paymentID: String? = nil) {
        self.code = code
        self.declineCode = declineCode
        self.paymentID = paymentID
    }
}

/// How a gateway refused a request: what it says in its own protocol, which a session hands on and does not read.
public struct GatewayRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The number of the reply in the gateway's protocol.
    public var status: Int
    /// The gateway's word for the reason, where it gave one.
    public var code: GatewayCode?
    /// Whether the key for the gateway was refused, and not this request.
    public var isOfKey: Bool

    public init(status: Int, code: GatewayCode? = nil, isOfKey: Bool = false) {
        self.status = status
        self.code = code
        self.isOfKey = isOfKey
    }

    /// The number, and the word where there is one.
    public var description: String { "\(status)\(code.map { " \($0)" } ?? "")" }
}

/// A gateway's code for what happened. It has lower-case letters and underscores only, so it cannot carry a number.
public struct GatewayCode: Sendable, Hashable, CustomStringConvertible {
    /// The word.
    public let description: String

    /// The word in `text`, at most 64 characters; everything but letters and `_` is left out. `nil` where nothing is
    /// left.
    public init?(_ text: String) {
        let kept = text.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || $0 == "_" }.prefix(64)
        guard !kept.isEmpty else { return nil }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: kept)
        description = String(word)
    }
}
