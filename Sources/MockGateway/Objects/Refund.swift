/// A refund of one charge, in full or in part.
struct Refund: Sendable, Codable {
    /// The state of a refund.
    enum Status: String, Sendable, Codable { case pending, succeeded, failed, canceled }

    var id: String
    var created: Int
    var amount: Int
    var currency: String
    var charge: String
    var paymentIntent: String
    var status = Status.succeeded
    var reason: String?
    var metadata: [String: String] = [:]
}

extension Refund: APIObject {
    var json: JSON {
        [
            "id": .string(id), "object": "refund", "created": .int(created), "amount": .int(amount),
            "currency": .string(currency), "charge": .string(charge), "payment_intent": .string(paymentIntent),
            "status": .string(status.rawValue), "reason": .text(reason), "metadata": .texts(metadata),
            "failure_reason": status == .failed ? "expired_or_canceled_card" : .null,
        ]
    }
}
