package import Gateway

/// A gateway that can be asked, and what a ledger has to know of it.
package struct GatewayAccount: Sendable {
    package let client: any PaymentGateway
    /// Its address, by which a ledger tells it from others; `mock` where it is a process of this program's.
    package let address: String
    /// Whether money moves.
    package let kind: PaymentKind
    private let end: @Sendable () -> Void

    /// - Parameter end: Lets go what was started for it.
    package init(
        _ client: any PaymentGateway, at address: String, of kind: PaymentKind, end: @escaping @Sendable () -> Void = {}
    ) {
        self.client = client
        self.address = address
        self.kind = kind
        self.end = end
    }

    /// Lets the gateway go; nothing is asked of it after that.
    package func close() { end() }
}
