internal import Gateway
internal import GatewayHTTP
internal import PaymentSession

/// The parts of a payment intent that decide its outcome and identify its order.
struct IntentReply: Sendable {
    let id: GatewayName
    let status: String
    let metadata: [String: String]
    private let amount: Int?
    private let amountReceived: ReplyJSON?
    private let currency: String?
    private let isLive: Bool?
    private let charge: ReplyJSON?
    private let lastError: ErrorReply?
    private let paymentMethod: String?

    /// The payment intent in `json`; `nil` if it is something else or has no acceptable ID.
    init?(_ json: ReplyJSON?) {
        guard let json, json["object"]?.text == "payment_intent", let id = GatewayName(json["id"]?.text),
            let status = json["status"]?.text
        else { return nil }
        self.id = id
        self.status = status
        metadata = json["metadata"]?.texts ?? [:]
        amount = json["amount"]?.number
        amountReceived = json["amount_received"]
        currency = json["currency"]?.text
        isLive = json["livemode"]?.flag
        charge = json["latest_charge"]
        lastError = ErrorReply(fields: json["last_payment_error"])
        paymentMethod = json["payment_method"]?.text
    }

    /// The gateway's token for the card; `nil` if there is none that may be kept.
    var token: CardToken? { paymentMethod.flatMap(CardToken.init) }

    /// Whether its metadata name `order`.
    func isFor(_ order: PaymentOrder) -> Bool {
        metadata["attempt"] == order.idempotencyKey && metadata["session"] == order.sessionID
    }

    /// Whether it matches `order`: amount, currency, and test mode if the key is a test key.
    func answers(_ order: PaymentOrder, isTest: Bool) -> Bool {
        isFor(order) && metadata["purpose"] == nil && amount == (try? order.protocolCharge)
            && currency?.lowercased() == order.currency.lowercased() && isLive == !isTest
    }

    /// Whether it holds money or may hold money later.
    var holdsMoney: Bool { ["succeeded", "requires_capture", "processing"].contains(status) }

    /// Whether it waits for an action that is impossible by telephone.
    var isStuck: Bool { ["requires_action", "requires_confirmation", "requires_payment_method"].contains(status) }

    /// The outcome of a final status; `nil` if the status is not final or other fields contradict it.
    var outcome: PaymentOutcome? {
        switch status {
        case "succeeded":
            guard isWhollyTaken else { return nil }
            let checks = charge?["payment_method_details"]?["card"]?["checks"]
            return .approved(
                Approval(
                    paymentID: id.text, securityCodeCheck: IssuerCheck(wire: checks?["cvc_check"]),
                    houseNumberCheck: IssuerCheck(wire: checks?["address_line1_check"]),
                    postcodeCheck: IssuerCheck(wire: checks?["address_postal_code_check"])))
        case "requires_payment_method": return lastError.map { .declined(Decline($0, paymentID: id.text)) }
        case "canceled": return .declined(Decline(lastError, fallback: "canceled", paymentID: id.text))
        default: return nil
        }
    }

    /// The decline that is reported after the payment was cancelled.
    var refusalOnceCalledOff: Decline {
        Decline(
            lastError, fallback: status == "requires_action" ? "authentication_required" : "canceled",
            paymentID: id.text)
    }

    /// Whether all fields about money say that the whole amount was taken.
    private var isWhollyTaken: Bool {
        if let amountReceived, amountReceived.number != amount { return false }
        // Without expansion, a charge is only an ID.
        guard let charge, charge.isObject else { return charge == nil || GatewayName(charge?.text) != nil }
        func says(_ name: String, _ expected: ReplyJSON?) -> Bool { charge[name] == nil || charge[name] == expected }
        return says("object", .string("charge")) && says("status", .string("succeeded")) && says("paid", .bool(true))
            && says("captured", .bool(true)) && says("amount", amount.map(ReplyJSON.int))
            && says("currency", currency.map(ReplyJSON.string)) && says("payment_intent", .string(id.text))
    }
}

/// The reason why a request was refused or a payment failed. The gateway's message text is not read, because it may
/// repeat card data.
struct ErrorReply: Sendable {
    let type: String?
    let code: String?
    let declineCode: String?
    private let paymentIntent: ReplyJSON?

    /// The payment that it concerns.
    var intent: IntentReply? { IntentReply(paymentIntent) }

    /// The error of an error reply.
    init?(_ json: ReplyJSON?) { self.init(fields: json?["error"]) }

    init?(fields: ReplyJSON?) {
        guard let fields, fields.isObject else { return nil }
        type = fields["type"]?.text
        code = fields["code"]?.text
        declineCode = fields["decline_code"]?.text
        paymentIntent = fields["payment_intent"]
    }
}

/// The parts of a refund that decide whether money was returned.
struct RefundReply: Sendable {
    let id: GatewayName
    let key: String?
    private let status: String?
    private let amount: Int?
    private let payment: String?

    /// The refund in `json`; `nil` if it is something else or has no acceptable ID.
    init?(_ json: ReplyJSON?) {
        guard let json, json["object"]?.text == "refund", let id = GatewayName(json["id"]?.text) else { return nil }
        self.id = id
        status = json["status"]?.text
        amount = json["amount"]?.number
        payment = json["payment_intent"]?.text ?? json["payment_intent"]?["id"]?.text
        key = json["metadata"]?["refund"]?.text
    }

    /// Whether the money was returned; unknown if it is not the requested refund.
    func outcome(of payment: String, amount: Int?, key: String) -> ReversalOutcome {
        guard self.payment == payment, self.key == key, let given = self.amount, given > 0, given == amount ?? given
        else { return .unknown(.wrongReply) }
        switch status {
        case "succeeded", "pending": return .done(refundID: id.text)
        case "failed", "canceled":
            return .notDone(.refused(GatewayRefusal(status: 200, code: GatewayCode("refund_failed"))))
        default: return .unknown(.wrongReply)
        }
    }
}

/// A page of a list.
struct Page: Sendable {
    let items: [ReplyJSON]
    /// The ID after which the next page begins; `nil` on the last page.
    let next: GatewayName?

    /// - Throws: ``GatewayFault/badReply`` if it is not a list, or if it has more pages but no ID to continue from.
    init(_ json: ReplyJSON?) throws(GatewayFault) {
        guard let json, json["object"]?.text == "list", let items = json["data"]?.elements,
            let hasMore = json["has_more"]?.flag
        else { throw .badReply }
        self.items = items
        next = hasMore ? GatewayName(items.last?["id"]?.text) : nil
        guard !hasMore || next != nil else { throw .badReply }
    }
}

extension Decline {
    /// The refusal in an error object, reduced to words that cannot carry a number.
    init(_ error: ErrorReply?, fallback: String = "card_declined", paymentID: String?) {
        self.init(
            code: error?.code.flatMap(GatewayCode.init) ?? GatewayCode(fallback) ?? Self.declined,
            declineCode: error?.declineCode.flatMap(GatewayCode.init), paymentID: paymentID)
    }

    private static let declined: GatewayCode = {
        guard let code = GatewayCode("card_declined") else { preconditionFailure("a word of letters is a code") }
        return code
    }()
}

extension IssuerCheck {
    /// The check for the gateway's word.
    init(wire: ReplyJSON?) {
        self = (wire?.text).flatMap(IssuerCheck.init(rawValue:)) ?? .unchecked
    }
}
