/// An order from outside to end a call, as by a signal, and how long the gateway's answer is waited for then.
package struct CallStop: Sendable {
    /// Whether the call is to end.
    package var isOrdered: @Sendable () -> Bool
    /// How long an answer is waited for after the order.
    package var patience: Duration
    /// Is told, once, that an answer is waited for though the call is over.
    package var willWait: @Sendable () -> Void
    /// Is told whose answer is waited for, and `nil` once none is.
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

    /// An order that never comes.
    package static var never: CallStop { CallStop() }
}
