/// An order from outside to end a call, such as a signal, and how long the gateway's answer is then awaited.
package struct CallStop: Sendable {
    /// Whether the call must end.
    package var isOrdered: @Sendable () -> Bool
    /// How long an answer is awaited after the order.
    package var patience: Duration
    /// Called once when an answer is awaited after the end of the call.
    package var willWait: @Sendable () -> Void
    /// Receives the payment whose answer is awaited; `nil` once there is none.
    package var awaits: @Sendable (PaymentIdentity?) -> Void

    package init(
        patience: Duration = .seconds(60), isOrdered: @escaping @Sendable () -> Bool = { false },
        willWait: @escaping @Sendable () -> Void = {}, awaits: @escaping @Sendable (PaymentIdentity?) -> Void = { _ in }
    ) {
        self.isOrdered = isOrdered
        self.patience = patience
        self.willWait = willWait
        self.awaits = awaits
    }

    /// No order ever comes.
    package static var never: CallStop { CallStop() }
}
