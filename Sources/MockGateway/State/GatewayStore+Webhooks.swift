internal import Secrets
internal import TextFormats

extension GatewayStore {
    /// `POST /v1/webhook_endpoints`: only this reply has the signing secret.
    mutating func createWebhookEndpoint(_ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["url", "enabled_events", "description", "metadata", "api_version", "connect"])
        guard let url = form.text("url") else { throw .missing("url") }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw .invalid(
                "Invalid URL: an explicit scheme (such as https) must be provided.", code: "url_invalid",
                parameter: "url")
        }
        guard webhookEndpoints.order.count < 16 else {
            throw .invalid("You have reached the maximum of 16 webhook endpoints.")
        }
        let types = form.texts("enabled_events")
        guard !types.isEmpty else { throw .missing("enabled_events") }
        let endpoint = WebhookEndpoint(
            id: newID("we_"), created: now, url: url, enabledEvents: types,
            secret: "whsec_" + Hex.text(SecureRandom.bytes(24)), description: form.text("description"),
            metadata: try form.metadata())
        webhookEndpoints[endpoint.id] = endpoint
        return endpoint.json(withSecret: true)
    }

    /// `POST /v1/webhook_endpoints/ID`
    mutating func updateWebhookEndpoint(_ id: String, _ form: FormValue) throws(APIError) -> JSON {
        try form.allowOnly(["url", "enabled_events", "disabled", "description", "metadata"])
        var endpoint = try webhookEndpoint(id)
        endpoint.url = form.text("url") ?? endpoint.url
        if form["enabled_events"] != nil { endpoint.enabledEvents = form.texts("enabled_events") }
        if form["disabled"] != nil { endpoint.isEnabled = try !form.flag("disabled") }
        endpoint.description = form.text("description") ?? endpoint.description
        endpoint.metadata = try form.metadata(over: endpoint.metadata)
        webhookEndpoints[id] = endpoint
        return endpoint.json(withSecret: false)
    }

    /// `DELETE /v1/webhook_endpoints/ID`
    mutating func deleteWebhookEndpoint(_ id: String) throws(APIError) -> JSON {
        _ = try webhookEndpoint(id)
        webhookEndpoints[id] = nil
        return ["id": .string(id), "object": "webhook_endpoint", "deleted": true]
    }

    /// Notes that an endpoint has accepted an event.
    mutating func note(_ event: String, deliveredTo endpoint: String) {
        events[event]?.waiting?.removeAll { $0 == endpoint }
    }

    func webhookEndpoint(_ id: String) throws(APIError) -> WebhookEndpoint {
        guard let endpoint = webhookEndpoints[id] else { throw .noSuch("webhook endpoint", id) }
        return endpoint
    }
}
