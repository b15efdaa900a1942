package import Gateway
package import Ledger

/// What a gateway told of everything that was open there.
package struct GatewayInquiry: Sendable, Hashable {
    /// The gateway's address.
    package let address: String
    /// What kept it from telling all; `nil` where nothing did.
    package let fault: GatewayFault?
    /// Refunds that a bank has sent back since: the payer has nothing of them.
    package let sentBack: [RefundRecord]

    /// Asks `gateway` about all that is open there, and writes down what it tells.
    ///
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)`` where the gateway's payments are not those of `ledger`.
    package init(of ledger: Ledger, to gateway: GatewayAccount) async throws(LedgerError) {
        try ledger.require(gateway.kind)
        address = gateway.address
        fault = try await ledger.settleOpen(with: gateway.client, at: gateway.address).fault
        sentBack = try await ledger.refundsSentBack(with: gateway.client, at: gateway.address)
    }
}
