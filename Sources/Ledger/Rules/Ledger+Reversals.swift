package import Gateway
internal import PaymentSession
internal import Synchronization

/// Why money was not refunded, or may not have been.
package enum ReversalError: Error, Sendable, Hashable {
    /// The ledger did not take it: nothing was asked of the gateway, or the outcome of it is not recorded.
    case ledger(LedgerError)
    /// The gateway's fault; the refund under `key` is `unknown` unless the fault leaves nothing done.
    case gateway(GatewayFault, key: String)
}

extension Ledger {
    /// Gives money of `payment` back through `gateway`, which is at `address`: recorded before it is asked for, and
    /// again when it is answered.
    ///
    /// - Parameters:
    ///   - amount: In the currency's minor unit; `nil` for all that is left.
    ///   - key: The idempotency key; a fresh one is made if it is `nil`.
    package func refund(
        _ payment: String, amount: Int?, key: String? = nil, through gateway: any PaymentGateway, at address: String
    ) async throws(ReversalError) -> RefundRecord {
        try await reverse(payment, amount: amount, key: key, isVoid: false, through: gateway, at: address)
    }

    /// Takes `payment` back in whole: called off before settlement, what is left of it refunded after.
    package func void(
        _ payment: String, through gateway: any PaymentGateway, at address: String
    ) async throws(ReversalError) -> RefundRecord {
        do throws(ReversalError) {
            return try await reverse(payment, amount: nil, key: nil, isVoid: true, through: gateway, at: address)
        } catch {
            guard case .gateway(.refused, _) = error else { throw error }
            return try await refund(payment, amount: nil, through: gateway, at: address)
        }
    }

    func reverse(
        _ payment: String, amount: Int?, key: String?, isVoid: Bool, through gateway: any PaymentGateway,
        at address: String
    ) async throws(ReversalError) -> RefundRecord {
        var refund: RefundRecord
        let currency: String
        do throws(LedgerError) {
            currency = try charge(payment).currency
            refund = try await beginRefund(of: payment, amount: amount, key: key, isVoid: isVoid, at: address)
        } catch {
            throw .ledger(error)
        }
        do throws(GatewayFault) {
            if isVoid {
                try await gateway.cancel(paymentID: payment, idempotencyKey: refund.key)
            } else {
                // The sum that was set aside, in that many words: what is left at the gateway may be another.
                guard let amount = Money(refund.amount, currency) else { throw .refused(GatewayRefusal(status: 400)) }
                refund.refund = try await gateway.refund(
                    paymentID: payment, amount: amount, idempotencyKey: refund.key)
            }
            refund.state = .done
        } catch {
            try await conclude(refund.key, error.leavesNothingDone ? .failed : .unknown, nil)
            throw .gateway(error, key: refund.key)
        }
        try await conclude(refund.key, .done, refund.refund)
        return refund
    }

    private func conclude(
        _ key: String, _ state: RefundRecord.State, _ name: String?
    ) async throws(ReversalError) {
        do throws(LedgerError) {
            try await concludeRefund(key, as: state, refund: name)
        } catch {
            throw .ledger(error)
        }
    }
}

/// What nobody knows the outcome of, and what somebody has to decide: the reconciliation list.
package struct OpenItems: Sendable, Hashable {
    package var attempts: [RecordedAttempt]
    package var refunds: [RefundRecord]
    /// Payments that look unwanted: nothing gives them back unless somebody orders it.
    package var proposals: [UnwantedPayment] = []
    /// The last thing that kept the gateway from telling; `nil` if nothing did.
    package var fault: GatewayFault?

    package var isEmpty: Bool { attempts.isEmpty && refunds.isEmpty && proposals.isEmpty }
}

extension Ledger {
    /// Asks `gateway`, which is at `address`, what became of everything there that is open: looked up by its
    /// idempotency key, and a refund that the gateway has nothing of asked for once more under its key.
    ///
    /// A payment that was approved after its session had been cancelled is voided, once. Nothing else is: what
    /// looks unwanted is listed.
    ///
    /// For the start after a crash, and for the end of the day.
    /// - Returns: What still nobody knows about, and what somebody has to decide.
    @discardableResult
    package func settleOpen(
        with gateway: any PaymentGateway, at address: String
    ) async throws(LedgerError) -> OpenItems {
        let fault = LastFault()
        let attempts = try openAttempts().filter { $0.gateway == address }
        try await settleAll(attempts) { attempt async throws(LedgerError) in
            let answer = await gateway.settle(attempt.order, sentAt: attempt.sent / 1000)
            if case .unknown = answer.outcome { fault.value = answer.fault ?? fault.value }
            do throws(LedgerError) {
                try await self.conclude(attempt.key, answer.outcome, token: answer.token)
            } catch .paymentTakenByAnotherAttempt {
                // It stays on the list.
            }
        }
        try await settleAll(try openRefunds().filter { $0.gateway == address }) { refund async throws(LedgerError) in
            let outcome: ReversalOutcome
            if refund.isVoid {
                outcome = await gateway.settleCancel(paymentID: refund.payment, idempotencyKey: refund.key)
            } else if let amount = Money(refund.amount, try self.charge(refund.payment).currency) {
                outcome = await gateway.settleRefund(
                    paymentID: refund.payment, amount: amount, idempotencyKey: refund.key)
            } else {
                return
            }
            if case .unknown(let met) = outcome { fault.value = met }
            try await self.conclude(refund.key, outcome)
        }
        let cancelled = try unwantedPayments().filter { $0.isOrdered && $0.gateway == address }
        try await settleAll(cancelled) { found async throws(LedgerError) in
            fault.value = try await self.voidUnwanted(found, through: gateway, at: address) ?? fault.value
        }
        try await closeAbandonedSessions()
        var items = try openItems()
        items.fault = fault.value
        return items
    }

    /// What nobody knows about, and what somebody has to decide; nothing is asked of any gateway.
    package func openItems() throws(LedgerError) -> OpenItems {
        OpenItems(attempts: try openAttempts(), refunds: try openRefunds(), proposals: try unwantedPayments())
    }

    /// Asks `gateway`, which is at `address`, whether a bank has sent back a refund that was done in the last 40 days;
    /// such a one has failed, and its sum is free again.
    ///
    /// For the end of the day: it is a question for each refund.
    /// - Returns: Those that came back since this was last asked.
    package func refundsSentBack(
        with gateway: any PaymentGateway, at address: String
    ) async throws(LedgerError) -> [RefundRecord] {
        let since = now() - 40 * 86_400_000
        let done = try read {
            try RefundRecord.rows(
                $0,
                .rows(
                    where: .equals("state", .text(RefundRecord.State.done.rawValue)),
                    .equals("isVoid", .boolean(false)),
                    .equals("gateway", .text(address)), .isWithin("asked", since..<Int.max)
                ).ordered(by: "asked", "key"))
        }
        try await settleAll(done) { refund async throws(LedgerError) in
            let outcome = await gateway.lookUpRefund(paymentID: refund.payment, idempotencyKey: refund.key)
            guard case .notDone = outcome else { return }
            try await self.change(isDurable: true) { transaction, log in
                guard var found = try RefundRecord.find(refund.key, in: transaction), found.state == .done else {
                    return
                }
                try Self.settle(&found, as: .failed, transaction, log)
            }
        }
        return try read { reader in
            try done.compactMap { try RefundRecord.find($0.key, in: reader) }.filter { $0.state == .failed }
        }
    }

    /// - Returns: What kept it from being voided: it stays on the list, as an open refund or as what is to be taken
    ///   back.
    private func voidUnwanted(
        _ found: UnwantedPayment, through gateway: any PaymentGateway, at address: String
    ) async throws(LedgerError) -> GatewayFault? {
        do throws(ReversalError) {
            _ = try await void(found.payment, through: gateway, at: address)
            return nil
        } catch {
            switch error {
            case .gateway(let fault, _): return fault
            // Another process is at it, or was.
            case .ledger(.refundOpen), .ledger(.nothingLeft): return nil
            case .ledger(let error): throw error
            }
        }
    }

    /// Things that the gateway is asked about at a time.
    private static let settledAtOnce = 8

    private func settleAll<Item: Sendable>(
        _ items: [Item], _ settle: @escaping @Sendable (Item) async throws(LedgerError) -> Void
    ) async throws(LedgerError) {
        let failure = await withTaskGroup(of: LedgerError?.self) { group in
            var waiting = items[...]
            var failure: LedgerError?
            func begin() {
                guard let item = waiting.popFirst() else { return }
                group.addTask {
                    do throws(LedgerError) {
                        try await settle(item)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for _ in 0..<Self.settledAtOnce { begin() }
            while let result = await group.next() {
                failure = failure ?? result
                begin()
            }
            return failure
        }
        if let failure { throw failure }
    }

    /// Records the outcome of the refund under `key`.
    func conclude(_ key: String, _ outcome: ReversalOutcome) async throws(LedgerError) {
        switch outcome {
        case .done(let name): try await concludeRefund(key, as: .done, refund: name)
        case .notDone: try await concludeRefund(key, as: .failed)
        case .unknown: try await concludeRefund(key, as: .unknown)
        }
    }
}

/// The last fault of the gateway, of any of several requests.
private final class LastFault: Sendable {
    private let held = Mutex<GatewayFault?>(nil)

    var value: GatewayFault? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
