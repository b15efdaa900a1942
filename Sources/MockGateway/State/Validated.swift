/// An object from a file, whose values may be invalid.
protocol Validated {
    /// Whether its numbers are in the gateway's range, so that sums do not overflow.
    var isValid: Bool { get }
}

/// Whether it is in the range of amounts and of times in seconds since 1970.
private func isAmount(_ numbers: Int?...) -> Bool { numbers.allSatisfy { (0...(1 << 40)).contains($0 ?? 0) } }

extension PaymentIntent: Validated {
    var isValid: Bool {
        isAmount(created, amount, amountReceived, amountCapturable, canceledAt)
    }
}

extension PaymentMethod: Validated {
    var isValid: Bool { isAmount(created, card.expiryMonth, card.expiryYear) }
}

extension Charge: Validated {
    var isValid: Bool {
        isAmount(created, amount, amountCaptured, amountRefunded) && amountRefunded <= amountCaptured
            && paymentMethod.isValid
    }
}

extension Refund: Validated {
    var isValid: Bool { isAmount(created, amount) }
}

extension Customer: Validated {
    var isValid: Bool { isAmount(created) }
}

extension WebhookEndpoint: Validated {
    var isValid: Bool { isAmount(created) }
}

extension Event: Validated {
    var isValid: Bool { isAmount(created) }
}

extension IdempotencyStore.Entry: Validated {
    /// A final status.
    var isValid: Bool { (200..<600).contains(status) }
}
