/// What a driver must know of a payment besides its session: how long an end may wait, and the words for it.
package struct PaymentTerms: Sendable, Hashable {
    /// The ledger's file; `nil` if the payment is written nowhere.
    package var ledgerPath: String?
    /// The gateway's address.
    package var gateway: String
    /// How long the gateway's answer is awaited after the call.
    package var patience: Duration

    /// - Parameters:
    ///   - ledgerPath: The ledger's file; `nil` if the payment is written nowhere.
    ///   - gateway: The gateway's address.
    ///   - patience: `nil` for the default: 15 s with a ledger, which keeps the attempt for the next start to settle.
    ///     Without a ledger it is 60 s, about as long as the gateway is asked.
    package init(ledgerPath: String?, gateway: String, patience: Duration? = nil) {
        self.ledgerPath = ledgerPath
        self.gateway = gateway
        self.patience = patience ?? (ledgerPath == nil ? .seconds(60) : .seconds(15))
    }

    /// The words for the wait at the end of a call.
    package var waitWords: String {
        "waiting for the gateway's answer, \(patience.components.seconds) s at most "
            + "(a second INT or TERM leaves the payment \(ledgerPath == nil ? "unknown" : "open in the ledger"))"
    }

    /// The words for an attempt whose answer is no longer awaited.
    package func openWords(_ payment: PaymentIdentity) -> String {
        let attempt = "attempt \(payment.idempotencyKey ?? payment.session) at \(gateway) may have been taken"
        guard let path = ledgerPath else { return attempt + " and is written nowhere (look it up at the gateway)" }
        return attempt + " and is open in \(path) (tonewall ledger reconcile \(path) --gateway \(gateway))"
    }
}
