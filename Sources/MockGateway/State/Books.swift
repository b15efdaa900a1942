internal import KeyedHash

/// Everything the gateway knows, and the rules by which it changes.
///
/// A value: each operation reads the clock it is given and either changes the books or throws before it has changed anything, but
/// for a declined card, whose charge is booked as failed.
struct Books: Sendable {
    var paymentIntents = Shelf<PaymentIntent>()
    var paymentMethods = Shelf<PaymentMethod>()
    var charges = Shelf<Charge>()
    var refunds = Shelf<Refund>()
    var customers = Shelf<Customer>()
    var webhookEndpoints = Shelf<WebhookEndpoint>()
    var events = Shelf<Event>()
    /// Events that webhooks are still to be told, and nobody has begun to.
    var outbox: [Event] = []
    /// Refunds that will fail once their time has come.
    var doomedRefunds: [String] = []

    /// Seconds since 1970, set before each request.
    var now = 0
    /// The month of `now`.
    var today = (year: 1970, month: 1)
    /// The hash of card numbers.
    let hash: KeyedHash

    init(hash: KeyedHash) {
        self.hash = hash
    }

    /// A fresh name: `prefix` and 24 random letters and digits.
    func newID(_ prefix: String) -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        let letters = (0..<24).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
        return prefix + String(decoding: letters, as: UTF8.self)
    }

    /// Books that `type` happened to `object`.
    mutating func announce(_ type: String, _ object: JSON) {
        let event = Event(
            id: newID("evt_"), created: now, type: type, object: String(decoding: object.bytes, as: UTF8.self),
            waiting: webhookEndpoints.order.filter { webhookEndpoints[$0]?.wants(type) == true })
        events[event.id] = event
        outbox.append(event)
    }
}

extension Event {
    var json: JSON {
        [
            "id": .string(id), "object": "event", "created": .int(created), "livemode": false, "type": .string(type),
            "api_version": "2024-06-20", "pending_webhooks": .int(waiting?.count ?? 0),
            "data": ["object": .verbatim(object)],
            "request": ["id": nil, "idempotency_key": nil],
        ]
    }
}
