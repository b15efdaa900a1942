package import Gateway

/// A gateway that can be asked, with the facts that a ledger needs.
package struct GatewayAccount: Sendable {
    package let client: any PaymentGateway
    /// Its address, which identifies it in a ledger; `mock` for the mock of this program.
    package let address: String
    /// Whether money moves.
    package let kind: PaymentKind
    private let end: @Sendable () -> Void

    /// - Parameter end: Releases what was started for it.
    package init(
        _ client: any PaymentGateway, at address: String, of kind: PaymentKind, end: @escaping @Sendable () -> Void = {}
    ) {
        self.client = client
        self.address = address
        self.kind = kind
        self.end = end
    }

    /// Releases the gateway. It is not asked again.
    package func close() { end() }
}
