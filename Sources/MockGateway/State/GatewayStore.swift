internal import Secrets

/// The gateway's objects and the rules of their changes.
///
/// It is a value. An operation changes it or throws before any change. The only exception is a declined card, whose
/// charge is stored as failed.
struct GatewayStore: Sendable {
    var paymentIntents = Table<PaymentIntent>()
    var paymentMethods = Table<PaymentMethod>()
    var charges = Table<Charge>()
    var refunds = Table<Refund>()
    var customers = Table<Customer>()
    var webhookEndpoints = Table<WebhookEndpoint>()
    var events = Table<Event>()
    /// Events whose webhooks have not been sent.
    var outbox: [Event] = []
    /// Refunds that will fail later.
    var refundsToFail: [String] = []

    /// Seconds since 1970, set before each request.
    var now = 0
    /// The month of `now`.
    var today = (year: 1970, month: 1)
    /// The hash of card numbers.
    let hash: HMAC

    init(hash: HMAC) {
        self.hash = hash
    }

    /// A new identifier: `prefix` and 24 random letters and digits.
    func newID(_ prefix: String) -> String {
        // 248 is the largest multiple of 62 in a byte. So every letter is equally likely.
        var letters: [UInt8] = []
        while letters.count < 24 {
            for byte in SecureRandom.bytes(32) where byte < 248 { letters.append(Self.alphabet[Int(byte) % 62]) }
        }
        return prefix + String(decoding: letters.prefix(24), as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Records that `type` happened to `object`.
    mutating func emit(_ type: String, _ object: some APIObject) {
        let event = Event(
            id: newID("evt_"), created: now, type: type, object: object,
            waiting: webhookEndpoints.order.filter { webhookEndpoints[$0]?.wants(type) == true })
        events[event.id] = event
        outbox.append(event)
    }
}
