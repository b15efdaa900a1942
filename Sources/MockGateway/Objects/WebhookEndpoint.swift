/// An address that receives events, signed with its own secret.
struct WebhookEndpoint: Sendable, Codable {
    var id: String
    var created: Int
    var url: String
    /// Types of event that are sent; `*` for all.
    var enabledEvents: [String]
    var secret: String
    var isEnabled = true
    var description: String?
    var metadata: [String: String] = [:]

    func wants(_ type: String) -> Bool { isEnabled && (enabledEvents.contains("*") || enabledEvents.contains(type)) }

    /// The endpoint as JSON. Only the reply to its creation has its secret.
    func json(withSecret: Bool) -> JSON {
        var json: JSON = [
            "id": .string(id), "object": "webhook_endpoint", "created": .int(created), "livemode": false,
            "url": .string(url), "enabled_events": .array(enabledEvents.map(JSON.string)),
            "status": isEnabled ? "enabled" : "disabled", "description": .text(description),
            "metadata": .texts(metadata), "api_version": nil, "application": nil,
        ]
        if withSecret { json["secret"] = .string(secret) }
        return json
    }
}
