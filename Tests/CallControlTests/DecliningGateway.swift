import Gateway
import PaymentSession

/// A gateway that declines every card.
struct DecliningGateway: PaymentGateway {
    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        GatewayAnswer(outcome: .declined(Decline(code: GatewayCode("card_declined")!)))
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer { GatewayAnswer(outcome: .unreachable) }
    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {}
    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String { "re" }
    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: nil) }
    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        .done(refundID: "re")
    }
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: "re") }
}
