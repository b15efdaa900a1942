/// One attempt to take money from a card.
struct Charge: Sendable, Codable {
    var id: String
    var created: Int
    var amount: Int
    var currency: String
    var paymentIntent: String
    var paymentMethod: PaymentMethod
    var isTelephoneOrder: Bool
    var captured: Bool
    var amountCaptured: Int
    var amountRefunded = 0
    var failure: CardBehaviour.Decline?
    var description: String?
    var receiptEmail: String?
    var metadata: [String: String] = [:]

    var succeeded: Bool { failure == nil }
    /// The captured amount that is not refunded yet.
    var refundable: Int { amountCaptured - amountRefunded }
}

extension Charge: APIObject {
    private var outcome: JSON {
        guard let failure else {
            return [
                "network_status": "approved_by_network", "reason": nil, "risk_level": "normal",
                "seller_message": "Payment complete.", "type": "authorized",
            ]
        }
        return [
            "network_status": "declined_by_network", "reason": .string(failure.declineCode ?? failure.code),
            "risk_level": "normal", "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        ]
    }

    var json: JSON {
        [
            "id": .string(id), "object": "charge", "created": .int(created), "livemode": false, "amount": .int(amount),
            "amount_captured": .int(amountCaptured), "amount_refunded": .int(amountRefunded),
            "currency": .string(currency), "captured": .bool(captured), "paid": .bool(succeeded), "disputed": false,
            "refunded": .bool(amountRefunded > 0 && refundable == 0),
            "status": succeeded ? "succeeded" : "failed", "failure_code": .text(failure?.code),
            "failure_message": .text(failure?.message), "outcome": outcome, "payment_intent": .string(paymentIntent),
            "payment_method": .string(paymentMethod.id), "customer": .text(paymentMethod.customer),
            "payment_method_details": paymentMethod.details(isTelephoneOrder: isTelephoneOrder),
            "billing_details": paymentMethod.billing.json, "description": .text(description),
            "receipt_email": .text(receiptEmail), "metadata": .texts(metadata),
        ]
    }
}
