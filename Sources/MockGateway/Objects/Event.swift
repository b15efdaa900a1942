/// An object of the API.
protocol APIObject: Sendable {
    var json: JSON { get }
}

/// An event, as webhooks report it.
struct Event: Sendable {
    var id: String
    var created: Int
    var type: String
    /// The object at the time of the event. It becomes JSON only when it is read.
    var object: any APIObject
    /// Endpoints that have not accepted it yet; `nil` in older state files.
    var waiting: [String]?
}

extension Event: APIObject {
    var json: JSON {
        [
            "id": .string(id), "object": "event", "created": .int(created), "livemode": false, "type": .string(type),
            "api_version": "2024-06-20", "pending_webhooks": .int(waiting?.count ?? 0),
            "data": ["object": object.json],
            "request": ["id": nil, "idempotency_key": nil],
        ]
    }
}

// A state file holds the object as JSON.
extension Event: Codable {
    private enum CodingKeys: String, CodingKey { case id, created, type, object, waiting }

    private struct StoredObject: APIObject { var json: JSON }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decode(String.self, forKey: .id)
        created = try members.decode(Int.self, forKey: .created)
        type = try members.decode(String.self, forKey: .type)
        object = StoredObject(json: .verbatim(try members.decode(String.self, forKey: .object)))
        waiting = try members.decodeIfPresent([String].self, forKey: .waiting)
    }

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(id, forKey: .id)
        try members.encode(created, forKey: .created)
        try members.encode(type, forKey: .type)
        try members.encode(String(decoding: object.json.bytes, as: UTF8.self), forKey: .object)
        try members.encodeIfPresent(waiting, forKey: .waiting)
    }
}
