internal import Foundation
package import PaymentSession

extension Ledger {
    /// The customer's receipt of `payment` in its present state, with later refunds.
    ///
    /// - Parameters:
    ///   - merchant: The payee; by default the one recorded with the session.
    ///   - clock: The clock of the times on it.
    package func receipt(
        for payment: String, merchant: Merchant? = nil, at clock: ZonedClock
    ) throws(LedgerError) -> Receipt {
        let charge = try charge(payment)
        guard let attempt = try read({ try RecordedAttempt.find(charge.attempt, in: $0) }),
            let amount = Money(charge.amount, charge.currency)
        else { throw .noSuch(kind: "attempt", name: charge.attempt) }
        func receiptTime(_ time: Int) -> Moment { Moment(clock.receiptText(time)) }
        let returns = try refunds(of: payment).filter { $0.state == .done }.compactMap { refund in
            Money(refund.amount, charge.currency).map {
                MoneyBack($0, at: receiptTime(refund.answered ?? refund.requested), isVoid: refund.isVoid)
            }
        }
        let session = try read { try SessionRecord.find(attempt.session, in: $0) }
        return Receipt(
            charge.state.word, amount, brand: CardBrand(rawValue: attempt.brand), ending: LastFour(attempt.lastFour),
            reference: attempt.reference.map { Reference($0) }, payment: PaymentName(payment),
            merchant: merchant ?? session?.merchant.flatMap { Merchant($0) }, paid: receiptTime(charge.taken),
            returns: returns, isTest: try kind() == .test)
    }

    /// Records that a receipt for `payment` went to `address`.
    package func recordReceipt(for payment: String, to address: String) async throws(LedgerError) {
        try await change(isDurable: true) { transaction, log in
            guard try ChargeRecord.find(payment, in: transaction) != nil else {
                throw LedgerError.noSuch(kind: "payment", name: payment)
            }
            let receipt = ReceiptRecord(id: UUID().uuidString, payment: payment, address: address, sent: log.at)
            try log.insert(NewRow(receipt), as: "receipt.sent", to: transaction)
        }
    }

    /// The receipts sent for `payment`, oldest first.
    package func receipts(for payment: String) throws(LedgerError) -> [ReceiptRecord] {
        try read {
            try ReceiptRecord.rows($0, .rows(where: .equals("payment", .text(payment))).ordered(by: "sent", "id"))
        }
    }
}

extension ChargeRecord.State {
    /// The word on a receipt for the state.
    fileprivate var word: OutcomeWord {
        switch self {
        case .taken: .approved
        case .voided: .voided
        case .refunded: .refunded
        case .partlyRefunded: .partlyRefunded
        }
    }
}
