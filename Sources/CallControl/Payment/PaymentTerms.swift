/// What a driver has to know of a payment beside its session: how long an end may wait, and what is said of it.
package struct PaymentTerms: Sendable, Hashable {
    /// The ledger's file; `nil` where the payment is written nowhere.
    package var ledgerPath: String?
    /// The gateway's address.
    package var gateway: String
    /// How long the gateway's answer is waited for once the call is over.
    package var patience: Duration

    /// - Parameters:
    ///   - ledgerPath: The ledger's file; `nil` where the payment is written nowhere.
    ///   - gateway: The gateway's address.
    ///   - patience: Unless told, 15 s with a ledger, which holds the attempt for the next start to settle, and 60 s
    ///     without, about as long as the gateway is asked.
    package init(ledgerPath: String?, gateway: String, patience: Duration? = nil) {
        self.ledgerPath = ledgerPath
        self.gateway = gateway
        self.patience = patience ?? (ledgerPath == nil ? .seconds(60) : .seconds(15))
    }

    /// What is said of a wait for the gateway as the call ends.
    package var waitWords: String {
        "waiting for the gateway's answer, \(patience.components.seconds) s at most "
            + "(a second INT or TERM leaves the payment \(ledgerPath == nil ? "unknown" : "open in the ledger"))"
    }

    /// What is said of an attempt whose answer is no longer waited for.
    package func openWords(_ payment: PaymentIdentity) -> String {
        let attempt = "attempt \(payment.idempotencyKey ?? payment.session) at \(gateway) may have been taken"
        guard let path = ledgerPath else { return attempt + " and is written nowhere (look it up at the gateway)" }
        return attempt + " and is open in \(path) (tonewall ledger reconcile \(path) --gateway \(gateway))"
    }
}
