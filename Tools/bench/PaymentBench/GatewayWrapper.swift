import Gateway
import PaymentSession

/// A gateway that hands everything on to another, but for what it looks at itself.
protocol GatewayWrapper: PaymentGateway {
    var gateway: any PaymentGateway { get }
}

extension GatewayWrapper {
    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        await gateway.settle(order, sentAt: sentAt)
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        try await gateway.cancel(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        try await gateway.refund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.settleCancel(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.settleRefund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.lookUpRefund(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }
}
