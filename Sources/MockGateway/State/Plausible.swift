/// A thing out of a file, of which not every value can be reckoned with.
protocol Plausible {
    /// Whether its numbers are such as the gateway writes: sums of them do not overflow.
    var isPlausible: Bool { get }
}

/// Whether it can be a sum of money, or a time in seconds since 1970.
private func isAmount(_ numbers: Int?...) -> Bool { numbers.allSatisfy { (0...(1 << 40)).contains($0 ?? 0) } }

extension PaymentIntent: Plausible {
    var isPlausible: Bool {
        isAmount(created, amount, amountReceived, amountCapturable, canceledAt)
    }
}

extension PaymentMethod: Plausible {
    var isPlausible: Bool { isAmount(created, card.expiryMonth, card.expiryYear) }
}

extension Charge: Plausible {
    var isPlausible: Bool {
        isAmount(created, amount, amountCaptured, amountRefunded) && amountRefunded <= amountCaptured
            && paymentMethod.isPlausible
    }
}

extension Refund: Plausible {
    var isPlausible: Bool { isAmount(created, amount) }
}

extension Customer: Plausible {
    var isPlausible: Bool { isAmount(created) }
}

extension WebhookEndpoint: Plausible {
    var isPlausible: Bool { isAmount(created) }
}

extension Event: Plausible {
    var isPlausible: Bool { isAmount(created) }
}

extension IdempotencyStore.Entry: Plausible {
    /// A status that ends a reply.
    var isPlausible: Bool { (200..<600).contains(status) }
}
