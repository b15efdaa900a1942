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
        let attempt: RecordedAttempt
        do throws(LedgerError) {
            attempt = try await ledger.begin(order, with: CardFacts(card), at: address)
        } catch {
            return GatewayAnswer(outcome: .unreachable, fault: .notRecorded)
        }
        let answer = await gateway.pay(order, with: card)
        return await recorded(answer) { ledger throws(LedgerError) in
            try await ledger.conclude(attempt, answer.outcome, token: answer.token)
        }
    }

    public func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        let answer = await gateway.settle(order, sentAt: sentAt)
        return await recorded(answer) { ledger throws(LedgerError) in
            try await ledger.conclude(order.idempotencyKey, answer.outcome, token: answer.token)
        }
    }

    /// The answer, written down; an answer that cannot be is still the answer, and its attempt is settled by the next start.
    private func recorded(
        _ answer: GatewayAnswer, _ conclude: (Ledger) async throws(LedgerError) -> Void
    ) async -> GatewayAnswer {
        do throws(LedgerError) {
            try await conclude(ledger)
            return answer
        } catch {
            var answer = answer
            answer.fault = .notRecorded
            return answer
        }
    }

    public func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        _ = try await giveBack(paymentID, nil, idempotencyKey, isVoid: true)
    }

    public func refund(
        paymentID: String, amount: Money?, idempotencyKey: String
    ) async throws(GatewayFault) -> String {
        guard let name = try await giveBack(paymentID, amount, idempotencyKey, isVoid: false).refund else {
            throw .badReply
        }
        return name
    }

    private func giveBack(
        _ payment: String, _ amount: Money?, _ key: String, isVoid: Bool
    ) async throws(GatewayFault) -> RefundRecord {
        do throws(ReversalError) {
            return try await ledger.giveBack(
                payment, amount: amount?.minorUnits, key: key, isVoid: isVoid, through: gateway, at: address)
        } catch {
            switch error {
            case .ledger: throw .notRecorded
            case .gateway(let fault, _): throw fault
            }
        }
    }

    public func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await recorded(
            idempotencyKey, await gateway.settleCancel(paymentID: paymentID, idempotencyKey: idempotencyKey))
    }

    public func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        await recorded(
            idempotencyKey,
            await gateway.settleRefund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey))
    }

    public func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.lookUpRefund(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    private func recorded(_ key: String, _ outcome: ReversalOutcome) async -> ReversalOutcome {
        do throws(LedgerError) {
            try await ledger.conclude(key, outcome)
            return outcome
        } catch {
            return .unknown(.notRecorded)
        }
    }
}
