public import Gateway
public import PaymentSession

/// A gateway that sends nothing which is not in the ledger first, and writes down what came of it.
///
/// Fails closed: where the ledger cannot be written, nothing is sent.
public struct RecordedGateway: PaymentGateway {
    private let gateway: any PaymentGateway
    private let ledger: Ledger
    private let address: String
    private let recordsPayments: Bool

    /// - Parameters:
    ///   - address: The gateway's, by which its attempts are told from another's.
    ///   - recordsPayments: `false` where somebody else calls ``Ledger/begin(_:with:at:)`` and ``Ledger/conclude(_:_:)`` around each payment.
    public init(
        _ gateway: any PaymentGateway, at address: String, in ledger: Ledger, recordsPayments: Bool = true
    ) {
        self.gateway = gateway
        self.address = address
        self.ledger = ledger
        self.recordsPayments = recordsPayments
    }

    public func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        guard recordsPayments else { return await gateway.pay(order, with: card) }
        do throws(LedgerError) {
            try await ledger.begin(order, with: CardFacts(card), at: address)
        } catch {
            return GatewayAnswer(outcome: .unreachable, fault: .notRecorded)
        }
        return await recorded(order, await gateway.pay(order, with: card))
    }

    public func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        await recorded(order, await gateway.settle(order, sentAt: sentAt))
    }

    /// The answer, written down; an answer that cannot be is still the answer, and its attempt is settled by the next start.
    private func recorded(_ order: PaymentOrder, _ answer: GatewayAnswer) async -> GatewayAnswer {
        do throws(LedgerError) {
            try await ledger.conclude(order.idempotencyKey, answer.outcome, token: answer.token)
            return answer
        } catch {
            var answer = answer
            answer.fault = .notRecorded
            return answer
        }
    }

    public func cancel(paymentID: String) async throws(GatewayFault) {
        let key = "\(paymentID)-cancel"
        try await begin(of: paymentID, amount: nil, key: key, isVoid: true)
        do throws(GatewayFault) {
            try await gateway.cancel(paymentID: paymentID)
        } catch {
            try await fail(key, error)
            throw error
        }
        try await conclude(key, .done, nil)
    }

    public func refund(
        paymentID: String, amount: Int?, idempotencyKey: String
    ) async throws(GatewayFault) -> String {
        try await begin(of: paymentID, amount: amount, key: idempotencyKey, isVoid: false)
        let name: String
        do throws(GatewayFault) {
            name = try await gateway.refund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
        } catch {
            try await fail(idempotencyKey, error)
            throw error
        }
        try await conclude(idempotencyKey, .done, name)
        return name
    }

    private func begin(of payment: String, amount: Int?, key: String, isVoid: Bool) async throws(GatewayFault) {
        do throws(LedgerError) {
            try await ledger.beginRefund(of: payment, amount: amount, key: key, isVoid: isVoid)
        } catch {
            throw .notRecorded
        }
    }

    private func fail(_ key: String, _ fault: GatewayFault) async throws(GatewayFault) {
        try await conclude(key, fault.leavesNothingDone ? .failed : .unknown, nil)
    }

    private func conclude(_ key: String, _ state: RefundRecord.State, _ name: String?) async throws(GatewayFault) {
        do throws(LedgerError) {
            try await ledger.concludeRefund(key, as: state, refund: name)
        } catch {
            throw .notRecorded
        }
    }
}

extension GatewayFault {
    /// Whether it is certain that the request was not acted on.
    var leavesNothingDone: Bool {
        switch self {
        case .badAddress, .insecureAddress, .notRecorded, .cannotConnect, .untrusted, .refused: true
        case .timedOut, .closedEarly, .badReply, .serverError: false
        }
    }
}

extension Ledger {
    /// Asks `gateway`, which is at `address`, what became of everything there that is open: attempts by their idempotency key, refunds by asking once more under theirs.
    ///
    /// For the start after a crash, and for the end of the day.
    /// - Returns: The attempts that still nobody knows about: the reconciliation list.
    @discardableResult
    public func settleOpen(
        with gateway: any PaymentGateway, at address: String
    ) async throws(LedgerError) -> [RecordedAttempt] {
        let open = try openAttempts().filter { $0.gateway == address }
        let failure = await withTaskGroup(of: LedgerError?.self) { group in
            var waiting = open[...]
            var failure: LedgerError?
            for attempt in waiting.prefix(Self.settledAtOnce) {
                group.addTask { await self.settle(attempt, with: gateway) }
            }
            waiting = waiting.dropFirst(Self.settledAtOnce)
            while let result = await group.next() {
                failure = failure ?? result
                if let attempt = waiting.popFirst() { group.addTask { await self.settle(attempt, with: gateway) } }
            }
            return failure
        }
        if let failure { throw failure }
        for refund in try openRefunds(at: address) {
            switch await repeated(refund, with: gateway) {
            case .success(let name): try await concludeRefund(refund.key, as: .done, refund: name)
            // What this asking met is no proof of what the first one did, unless the gateway refused outright.
            case .failure(.refused): try await concludeRefund(refund.key, as: .failed)
            case .failure: try await concludeRefund(refund.key, as: .unknown)
            }
        }
        return try openAttempts()
    }

    /// Attempts that the gateway is asked about at a time.
    private static let settledAtOnce = 8

    private func settle(_ attempt: RecordedAttempt, with gateway: any PaymentGateway) async -> LedgerError? {
        let answer = await gateway.settle(attempt.order, sentAt: attempt.sent / 1000)
        do throws(LedgerError) {
            try await conclude(attempt.key, answer.outcome, token: answer.token)
            return nil
        } catch {
            return error
        }
    }

    private func repeated(
        _ refund: RefundRecord, with gateway: any PaymentGateway
    ) async -> Result<String?, GatewayFault> {
        do throws(GatewayFault) {
            guard !refund.isVoid else {
                try await gateway.cancel(paymentID: refund.payment)
                return .success(nil)
            }
            return .success(
                try await gateway.refund(
                    paymentID: refund.payment, amount: refund.amount, idempotencyKey: refund.key))
        } catch {
            return .failure(error)
        }
    }
}
