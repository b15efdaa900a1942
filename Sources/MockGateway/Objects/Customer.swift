/// A payer whose cards may be saved as tokens.
struct Customer: Sendable, Codable, APIObject {
    var id: String
    var created: Int
    var name: String?
    var email: String?
    var phone: String?
    var description: String?
    var metadata: [String: String] = [:]

    var json: JSON {
        [
            "id": .string(id), "object": "customer", "created": .int(created), "livemode": false, "name": .text(name),
            "email": .text(email), "phone": .text(phone), "description": .text(description),
            "metadata": .texts(metadata),
            "delinquent": false, "balance": 0,
        ]
    }
}
