package import Gateway
package import Ledger
package import PaymentSession
internal import Synchronization

/// A session's journal in a ledger. Both `pay` and `live` use it.
package final class LedgerJournal: AttemptJournal {
    package let keyScope: String
    private let ledger: Ledger
    private let gateway: any PaymentGateway
    private let address: String
    private let order: PaymentOrder
    /// Attempts that were sent and have no answer yet, by their keys.
    private let sent = Mutex<[String: RecordedAttempt]>([:])
    private let firstFailure = Mutex<LedgerError?>(nil)

    /// Claims the session's name in `ledger`, before its call is played or heard.
    ///
    /// - Parameters:
    ///   - settings: The settings of the session. Its name must be new in the ledger.
    ///   - merchant: The payee.
    ///   - gateway: The kind of gateway, at `address`.
    /// - Throws: ``LedgerError/sessionExists(path:name:)``, ``LedgerError/holdsOtherKind(path:_:)``, or another error
    ///   of the ledger.
    package init(
        of settings: SessionSettings, merchant: Merchant? = nil, in ledger: Ledger, through gateway: any PaymentGateway,
        at address: String
    ) async throws(LedgerError) {
        keyScope = try await ledger.adopt(settings.isTest ? .test : .real).id
        order = PaymentOrder(
            sessionID: settings.sessionID, attempt: 1, amount: settings.amount, currency: settings.currency,
            reference: settings.reference, keyScope: keyScope)
        self.ledger = ledger
        self.gateway = gateway
        self.address = address
        try await ledger.open(order, merchant: merchant)
    }

    /// The first error of a write that the session did not wait for; `nil` if there was none.
    package var failure: LedgerError? { firstFailure.withLock { $0 } }

    package func willSend(_ attempt: AttemptRecord) async throws {
        let recorded = try await ledger.begin(
            attempt.order, with: attempt.card, at: address)
        sent.withLock { $0[recorded.key] = recorded }
    }

    package func didReceive(_ answer: GatewayAnswer, for attempt: AttemptRecord) async -> GatewayAnswer {
        let key = attempt.order.idempotencyKey
        let recorded = sent.withLock { $0.removeValue(forKey: key) }
        do throws(LedgerError) {
            if let recorded {
                try await ledger.conclude(recorded, answer.outcome, token: answer.token)
            } else {
                try await ledger.conclude(key, answer.outcome, token: answer.token)
            }
            return answer
        } catch {
            note(error)
            // The attempt is open in the ledger. Only a payment that the ledger holds may be approved.
            guard case .approved(let approval) = answer.outcome else { return answer }
            var told = answer
            told.outcome = .unknown(paymentID: approval.paymentID)
            if case .paymentTakenByAnotherAttempt = error { told.fault = .badReply } else { told.fault = .notRecorded }
            return told
        }
    }

    package func wasCancelled(by party: Party) async {
        await write { ledger throws(LedgerError) in try await ledger.cancel(self.order, by: party) }
    }

    package func takeBack(_ paymentID: String) async -> VoidOutcome {
        do throws(ReversalError) {
            return try await ledger.void(paymentID, through: gateway, at: address).isVoid ? .voided : .refunded
        } catch {
            if case .ledger(let error) = error { note(error) }
            return .failed
        }
    }

    package func didEnd(_ end: SessionEnd) async {
        await write { ledger throws(LedgerError) in
            try await ledger.end(self.order, as: SessionRecord.State(end))
        }
    }

    private func write(_ work: (Ledger) async throws(LedgerError) -> Void) async {
        do throws(LedgerError) {
            try await work(ledger)
        } catch {
            note(error)
        }
    }

    private func note(_ error: LedgerError) { firstFailure.withLock { $0 = $0 ?? error } }
}
