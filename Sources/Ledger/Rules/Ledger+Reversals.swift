package import Gateway
internal import PaymentSession
internal import Synchronization

/// Why money was not returned, or may not have been.
package enum ReversalError: Error, Sendable, Hashable {
    /// The ledger refused it. Either the gateway was not asked, or the outcome is not recorded.
    case ledger(LedgerError)
    /// The gateway's fault. The refund under `key` is `unknown`, unless the fault means that nothing was done.
    case gateway(GatewayFault, key: String)
}

extension Ledger {
    /// Refunds money of `payment` through `gateway`, which is at `address`. The refund is recorded before it is
    /// requested, and again when it is answered.
    ///
    /// - Parameters:
    ///   - amount: In the currency's minor unit; `nil` for the whole rest.
    ///   - key: The idempotency key; `nil` to create one.
    package func refund(
        _ payment: String, amount: Int?, key: String? = nil, through gateway: any PaymentGateway, at address: String
    ) async throws(ReversalError) -> RefundRecord {
        try await reverse(payment, amount: amount, key: key, isVoid: false, through: gateway, at: address)
    }

    /// Voids `payment`: it is cancelled before settlement, and its rest is refunded after settlement.
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
                // The reserved amount is requested explicitly, because the gateway's rest may differ.
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

/// Items with an unknown outcome and items that need a decision: the reconciliation list.
package struct OpenItems: Sendable, Hashable {
    package var attempts: [RecordedAttempt]
    package var refunds: [RefundRecord]
    /// Payments that look unwanted. They are returned only by a person's order.
    package var proposals: [UnwantedPayment] = []
    /// The last fault of the gateway; `nil` if there was none.
    package var fault: GatewayFault?

    package var isEmpty: Bool { attempts.isEmpty && refunds.isEmpty && proposals.isEmpty }
}

extension Ledger {
    /// Asks `gateway`, which is at `address`, about everything that is open there, by idempotency key. A refund that
    /// the gateway does not know is requested once more under its key.
    ///
    /// A payment that was approved after its session was cancelled is voided, once. Other payments that look unwanted
    /// are listed.
    ///
    /// It is called at the start after a crash, and at the end of the day.
    ///
    /// - Returns: The items that are still unknown or need a decision.
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
                // The item stays on the list.
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

    /// The items that are unknown or need a decision. No gateway is asked.
    package func openItems() throws(LedgerError) -> OpenItems {
        OpenItems(attempts: try openAttempts(), refunds: try openRefunds(), proposals: try unwantedPayments())
    }

    /// Asks `gateway`, which is at `address`, whether a bank has sent back a refund of the last 40 days. Such a refund
    /// has failed, and its amount can be refunded again.
    ///
    /// It is for the end of the day, because every refund is a request.
    ///
    /// - Returns: The refunds sent back since the last call.
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

    /// - Returns: The fault that prevented the void. The payment then stays on the list, as an open refund or as an
    ///   unwanted payment.
    private func voidUnwanted(
        _ found: UnwantedPayment, through gateway: any PaymentGateway, at address: String
    ) async throws(LedgerError) -> GatewayFault? {
        do throws(ReversalError) {
            _ = try await void(found.payment, through: gateway, at: address)
            return nil
        } catch {
            switch error {
            case .gateway(let fault, _): return fault
            // Another process is doing this or has done it.
            case .ledger(.refundOpen), .ledger(.nothingLeft): return nil
            case .ledger(let error): throw error
            }
        }
    }

    /// Number of items settled at the same time.
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

/// The last fault of the gateway among several requests.
private final class LastFault: Sendable {
    private let held = Mutex<GatewayFault?>(nil)

    var value: GatewayFault? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
