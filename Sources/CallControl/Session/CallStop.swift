/// An order from outside to end a call, as by a signal, and how long the gateway's answer is waited for then.
public struct CallStop: Sendable {
    /// Whether the call is to end.
    public var isOrdered: @Sendable () -> Bool
    /// How long an answer is waited for after the order.
    public var patience: Duration
    /// Is told, once, that an answer is waited for though the call is over.
    public var willWait: @Sendable () -> Void
    /// Is told whose answer is waited for, and `nil` once none is.
    public var awaits: @Sendable (PaymentIdentity?) -> Void

    public init(
        patience: Duration = .seconds(60), isOrdered: @escaping @Sendable () -> Bool = { false },
        willWait: @escaping @Sendable () -> Void = {}, awaits: @escaping @Sendable (PaymentIdentity?) -> Void = { _ in }
    ) {
        self.isOrdered = isOrdered
        self.patience = patience
        self.willWait = willWait
        self.awaits = awaits
    }

    /// An order that never comes.
    public static var never: CallStop { CallStop() }
}
