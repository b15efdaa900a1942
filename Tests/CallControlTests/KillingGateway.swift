import Gateway
import PaymentSession
import Synchronization

@testable import Ledger

/// The gateway as one process sees it, which is killed at a random step: nothing more is written, and nothing more is
/// asked.
final class KillingGateway: PaymentGateway {
    private let gateway: FaultyGateway
    private let ledger: Ledger
    private let left: Mutex<Int>

    /// - Parameter step: The step before which the process is killed; each question has one before and one after it.
    init(_ gateway: FaultyGateway, _ ledger: Ledger, at step: Int) {
        self.gateway = gateway
        self.ledger = ledger
        left = Mutex(step)
    }

    var hasKilled: Bool { left.withLock { $0 < 0 } }

    /// Kills the process now.
    func kill() {
        left.withLock { $0 = 0 }
        _ = step()
    }

    /// Whether the process is dead by now.
    private func step() -> Bool {
        let isDead = left.withLock { left in
            left -= left < 0 ? 0 : 1
            return left < 0
        }
        if isDead { ledger.fail() }
        return isDead
    }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        if step() { return GatewayAnswer(outcome: .unknown(paymentID: nil)) }
        let answer = await gateway.pay(order, with: card)
        _ = step()
        return answer
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        if step() { return GatewayAnswer(outcome: .unknown(paymentID: nil)) }
        defer { _ = step() }
        return await gateway.settle(order, sentAt: sentAt)
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        if step() { throw .timedOut }
        defer { _ = step() }
        try await gateway.cancel(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        if step() { throw .timedOut }
        defer { _ = step() }
        return try await gateway.refund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await settled { await self.gateway.settleCancel(paymentID: paymentID, idempotencyKey: idempotencyKey) }
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        await settled {
            await self.gateway.settleRefund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
        }
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await settled { await self.gateway.lookUpRefund(paymentID: paymentID, idempotencyKey: idempotencyKey) }
    }

    private func settled(_ ask: () async -> ReversalOutcome) async -> ReversalOutcome {
        if step() { return .unknown(.timedOut) }
        defer { _ = step() }
        return await ask()
    }
}
