internal import Currencies
internal import Failures
package import Ledger

/// An order to return a payment's money. It is checked against the ledger before the gateway is asked.
package struct ReversalOrder: Sendable {
    private let ledger: Ledger
    private let charge: ChargeRecord
    private let kind: Kind

    private enum Kind: Sendable {
        /// In the currency's minor unit; `nil` for the whole rest.
        case refund(amount: Int?)
        case void
    }

    private init(_ kind: Kind, of charge: ChargeRecord, in ledger: Ledger) {
        self.kind = kind
        self.charge = charge
        self.ledger = ledger
    }

    /// An order to refund the payment `name`.
    ///
    /// - Parameter amount: In major units, such as `4.00` for pounds; `nil` for the whole rest.
    /// - Throws: ``LedgerError`` if there is no such payment, ``Failure`` if the amount is invalid for its currency.
    package static func refund(_ amount: String?, of name: String, in ledger: Ledger) throws -> ReversalOrder {
        let charge = try ledger.payment(named: name)
        return ReversalOrder(.refund(amount: try amount.map { try minorUnits($0, of: charge) }), of: charge, in: ledger)
    }

    /// An order to void the payment `name`: cancelled before settlement, refunded in full after it.
    package static func void(_ name: String, in ledger: Ledger) throws(LedgerError) -> ReversalOrder {
        ReversalOrder(.void, of: try ledger.payment(named: name), in: ledger)
    }

    private static func minorUnits(_ text: String, of charge: ChargeRecord) throws(Failure) -> Int {
        guard let currency = Currency(charge.currency) else {
            throw Failure(
                .dataError, code: "ledger.currency-unknown", "the payment's currency is none of ISO 4217",
                advice: "give it back at the gateway by hand")
        }
        return try currency.refund(text)
    }

    /// Carries the order out at the gateway that took the payment.
    ///
    /// - Returns: What was done, in one line.
    /// - Throws: ``ReversalFailure``, or ``LedgerError`` if the gateway's payments are of another kind than the
    ///   ledger's.
    package func carryOut(at gateway: GatewayAccount) async throws -> String {
        try ledger.require(gateway.kind)
        do throws(ReversalError) {
            return try await words(gateway) + gateway.kind.mark
        } catch {
            throw ReversalFailure(address: gateway.address, error: error)
        }
    }

    private func words(_ gateway: GatewayAccount) async throws(ReversalError) -> String {
        let (payment, currency) = (charge.payment, charge.currency)
        switch kind {
        case .refund(let amount):
            let refund = try await ledger.refund(payment, amount: amount, through: gateway.client, at: gateway.address)
            let text = Currency.text(of: refund.amount, in: currency)
            return "\(refund.refund ?? refund.key)  \(text) of \(payment) given back"
        case .void:
            let refund = try await ledger.void(payment, through: gateway.client, at: gateway.address)
            return refund.isVoid
                ? "\(payment) called off" : "\(refund.refund ?? refund.key)  \(payment) given back in whole"
        }
    }
}
