internal import Secrets

/// Everything the gateway knows, and the rules by which it changes.
///
/// A value: each operation reads the clock it is given and either changes the books or throws before it has changed
/// anything, but for a declined card, whose charge is booked as failed.
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
    let hash: HMAC

    init(hash: HMAC) {
        self.hash = hash
    }

    /// A fresh name: `prefix` and 24 random letters and digits.
    func newID(_ prefix: String) -> String {
        // 248 is the largest multiple of the 62 letters in a byte: each letter is as likely as any other.
        var letters: [UInt8] = []
        while letters.count < 24 {
            for byte in SecureRandom.bytes(32) where byte < 248 { letters.append(Self.alphabet[Int(byte) % 62]) }
        }
        return prefix + String(decoding: letters.prefix(24), as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Books that `type` happened to `object`.
    mutating func announce(_ type: String, _ object: some APIObject) {
        let event = Event(
            id: newID("evt_"), created: now, type: type, object: object,
            waiting: webhookEndpoints.order.filter { webhookEndpoints[$0]?.wants(type) == true })
        events[event.id] = event
        outbox.append(event)
    }
}
