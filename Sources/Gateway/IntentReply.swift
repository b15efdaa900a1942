internal import PaymentSession

/// What a reply's JSON says, as far as anybody wants to know.
protocol Reply: Sendable {
    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable)
}

/// The parts of a payment intent that decide an outcome.
struct IntentReply: Reply {
    var id: GatewayName
    var status: String
    var lastPaymentError: ErrorBody?
    var latestCharge: ChargeReply?
    var metadata: [String: String]?
    var paymentMethod: String?

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
        id = try GatewayName(json.required("id"))
        status = try json.required("status").text()
        if let error = try json.member("last_payment_error") { lastPaymentError = try ErrorBody(error) }
        if let charge = try json.member("latest_charge") { latestCharge = try ChargeReply(charge) }
        metadata = try json.member("metadata")?.texts()
        paymentMethod = try json.member("payment_method")?.text()
    }

    /// What stands for the card at the gateway; `nil` where it named nothing that may be kept.
    var token: CardToken? { paymentMethod.flatMap(CardToken.init) }

    /// A charge, or only its name where the gateway did not expand it.
    enum ChargeReply: Reply {
        case named
        case whole(Checks?)

        init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
            if json.isText {
                self = .named
            } else {
                let checks = try json.member("payment_method_details")?.member("card")?.member("checks")
                self = if let checks { .whole(try Checks(checks)) } else { .whole(nil) }
            }
        }
    }

    /// The issuer's answers on what it was given beside the number.
    struct Checks: Reply {
        var cvcCheck: String?
        var addressLine1Check: String?
        var addressPostalCodeCheck: String?

        init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
            cvcCheck = try json.member("cvc_check")?.text()
            addressLine1Check = try json.member("address_line1_check")?.text()
            addressPostalCodeCheck = try json.member("address_postal_code_check")?.text()
        }
    }

    /// Why a payment failed; the gateway's own sentence is left unread, since it may repeat what it was sent.
    struct ErrorBody: Reply {
        var type: String?
        var code: String?
        var declineCode: String?
        var paymentIntent: NamedReply?

        init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
            type = try json.member("type")?.text()
            code = try json.member("code")?.text()
            declineCode = try json.member("decline_code")?.text()
            if let intent = try json.member("payment_intent") { paymentIntent = try NamedReply(intent) }
        }
    }
}

/// An error reply.
struct ErrorReply: Reply {
    var error: IntentReply.ErrorBody

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
        error = try IntentReply.ErrorBody(json.required("error"))
    }
}

/// The parts of a refund that decide whether money went back.
struct RefundReply: Reply {
    var id: GatewayName
    var status: String?
    var metadata: [String: String]?

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
        id = try GatewayName(json.required("id"))
        status = try json.member("status")?.text()
        metadata = try json.member("metadata")?.texts()
    }

    /// Whether the money went back, or stayed after all.
    var outcome: ReversalOutcome {
        status == "failed" || status == "canceled"
            ? .notDone(.refused(status: 200, code: GatewayCode("refund_failed"))) : .done(refundID: id.text)
    }
}

/// A page of a list.
struct Page<Item: Reply>: Reply {
    var data: [Item] = []
    var hasMore: Bool

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
        hasMore = try json.required("has_more").truth()
        for item in try json.required("data").elements() { data.append(try Item(item)) }
    }
}

/// Anything that has a name.
struct NamedReply: Reply {
    var id: GatewayName

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) { id = try GatewayName(json.required("id")) }
}

/// A gateway's name for a thing, which goes into ledger, log and events as it is: no reply can put a card number there.
struct GatewayName: Reply {
    let text: String

    init(_ json: ReplyJSON) throws(ReplyJSON.Unreadable) {
        text = try json.text()
        guard (1...255).contains(text.utf8.count), !text.mayHoldCardNumber else { throw ReplyJSON.Unreadable() }
    }
}

/// What a reply's body says; `nil` where it is no JSON or lacks what it has to say.
func decoded<Content: Reply>(_ type: Content.Type, _ body: [UInt8]) -> Content? {
    try? Content(ReplyJSON(body))
}

extension IntentReply {
    /// The outcome that the status stands for; `nil` where it is not final.
    var outcome: PaymentOutcome? {
        switch status {
        case "succeeded", "requires_capture":
            let checks: Checks? = if case .whole(let checks) = latestCharge { checks } else { nil }
            return .approved(
                Approval(
                    paymentID: id.text, securityCodeCheck: IssuerCheck(wire: checks?.cvcCheck),
                    houseNumberCheck: IssuerCheck(wire: checks?.addressLine1Check),
                    postcodeCheck: IssuerCheck(wire: checks?.addressPostalCodeCheck)))
        case "requires_payment_method":
            return lastPaymentError.map { .declined(Decline($0, paymentID: id.text)) }
        case "canceled":
            return .declined(Decline(lastPaymentError, fallback: "canceled", paymentID: id.text))
        default: return nil
        }
    }
}

extension Decline {
    /// The refusal in an error object, reduced to words that cannot carry a number.
    init(_ error: IntentReply.ErrorBody?, fallback: String = "card_declined", paymentID: String?) {
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
    /// The answer as the wire words it.
    init(wire: String?) {
        self = wire.flatMap(IssuerCheck.init(rawValue:)) ?? .unchecked
    }
}
