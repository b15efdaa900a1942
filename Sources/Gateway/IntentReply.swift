internal import Foundation
internal import PaymentSession
internal import TextFormats

/// The parts of a payment intent that decide an outcome.
struct IntentReply: Decodable, Sendable {
    var id: GatewayName
    var status: String
    var lastPaymentError: ErrorBody?
    var latestCharge: ChargeReply?
    var paymentMethod: String?

    // Written out: a decoder that makes up the names itself takes as long for that as for all the rest.
    enum CodingKeys: String, CodingKey {
        case id, status
        case lastPaymentError = "last_payment_error"
        case latestCharge = "latest_charge"
        case paymentMethod = "payment_method"
    }

    /// What stands for the card at the gateway; `nil` where it named nothing that may be kept.
    var token: CardToken? { paymentMethod.flatMap(CardToken.init) }

    /// A charge, or only its name where the gateway did not expand it.
    enum ChargeReply: Decodable, Sendable {
        case named
        case whole(Checks?)

        init(from decoder: any Decoder) throws {
            // The body first, which is what was asked for: an error that is thrown and caught takes as long as all the rest.
            if let body = try? ChargeBody(from: decoder) {
                self = .whole(body.paymentMethodDetails?.card?.checks)
            } else {
                _ = try decoder.singleValueContainer().decode(String.self)
                self = .named
            }
        }
    }

    private struct ChargeBody: Decodable {
        struct Details: Decodable {
            struct Card: Decodable { var checks: Checks? }
            var card: Card?
        }
        var paymentMethodDetails: Details?

        enum CodingKeys: String, CodingKey { case paymentMethodDetails = "payment_method_details" }
    }

    /// The issuer's answers on what it was given beside the number.
    struct Checks: Decodable, Sendable {
        var cvcCheck: String?
        var addressLine1Check: String?
        var addressPostalCodeCheck: String?

        enum CodingKeys: String, CodingKey {
            case cvcCheck = "cvc_check"
            case addressLine1Check = "address_line1_check"
            case addressPostalCodeCheck = "address_postal_code_check"
        }
    }

    /// Why a payment failed; the gateway's own sentence is left unread, since it may repeat what it was sent.
    struct ErrorBody: Decodable, Sendable {
        var type: String?
        var code: String?
        var declineCode: String?
        var paymentIntent: Named?

        enum CodingKeys: String, CodingKey {
            case type, code
            case declineCode = "decline_code"
            case paymentIntent = "payment_intent"
        }

        struct Named: Decodable, Sendable { var id: GatewayName }
    }
}

/// A payment intent of a list, with what tells whose it is: no reply to a payment is asked that.
struct ListedIntent: Decodable, Sendable {
    var intent: IntentReply
    var metadata: [String: String]?

    private enum CodingKeys: CodingKey { case metadata }

    init(from decoder: any Decoder) throws {
        intent = try IntentReply(from: decoder)
        metadata = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
            [String: String].self, forKey: .metadata)
    }
}

/// An error reply.
struct ErrorReply: Decodable, Sendable {
    var error: IntentReply.ErrorBody
}

/// The parts of a refund that decide whether money went back.
struct RefundReply: Decodable, Sendable {
    var id: GatewayName
    var status: String?
    var metadata: [String: String]?

    /// Whether the money went back, or stayed after all.
    var outcome: ReversalOutcome {
        status == "failed" || status == "canceled"
            ? .notDone(.refused(status: 200, code: GatewayCode("refund_failed"))) : .done(refundID: id.text)
    }
}

/// A page of a list.
struct Page<Item: Decodable & Sendable>: Decodable, Sendable {
    var data: [Item]
    var hasMore: Bool

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
    }
}

/// Anything that has a name.
struct NamedReply: Decodable, Sendable {
    var id: GatewayName
}

/// A gateway's name for a thing, which goes into ledger, log and events as it is: no reply can put a card number there.
struct GatewayName: Decodable, Sendable {
    let text: String

    init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
        guard (1...255).contains(text.utf8.count), !text.mayHoldCardNumber else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no name"))
        }
    }
}

/// A reply's JSON as `Reply`; `nil` where it is none.
func decoded<Reply: Decodable>(_ type: Reply.Type, _ body: [UInt8]) -> Reply? {
    JSONNesting.isShallow(body) ? try? JSONDecoder().decode(type, from: Data(body)) : nil
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
