package import Gateway
package import Ledger

/// A gateway's answers about everything that was open there.
package struct GatewayInquiry: Sendable, Hashable {
    /// The gateway's address.
    package let address: String
    /// The last fault of the gateway; `nil` if there was none.
    package let fault: GatewayFault?
    /// Refunds that a bank has sent back, so that the payer did not get the money.
    package let sentBack: [RefundRecord]

    /// Asks `gateway` about everything that is open there, and records the answers.
    ///
    /// - Throws: ``LedgerError/holdsOtherKind(path:_:)`` if the gateway's payments are of another kind than those of
    ///   `ledger`.
    package init(of ledger: Ledger, to gateway: GatewayAccount) async throws(LedgerError) {
        try ledger.require(gateway.kind)
        address = gateway.address
        fault = try await ledger.settleOpen(with: gateway.client, at: gateway.address).fault
        sentBack = try await ledger.refundsSentBack(with: gateway.client, at: gateway.address)
    }
}
