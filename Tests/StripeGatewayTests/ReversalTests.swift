import GatewayHTTP
import Gateway
import StripeGateway
import MockGateway
import PaymentSession
import Support
import Testing

/// What the client says of giving money back, and how sure it is.
struct ReversalTests {
    @Test func `A gateway that goes away once it was asked leaves the refund unknown, not refused`() async throws {
        let server = try RawServer(reply: "", servesOnce: true)
        defer { server.stop() }
        var options = PaymentIntentsGateway.Options()
        options.exchange.backoff = 0.01
        options.exchange.settlementDeadline = 0.1
        let client = try PaymentIntentsGateway(url: server.url, key: "sk", options: options)
        await #expect {
            _ = try await client.refund(paymentID: "pi_1", amount: pounds(pence: 1), idempotencyKey: "r")
        } throws: { error in
            (error as? GatewayFault)?.leavesNothingDone == false
        }
        #expect(server.text.contains("metadata%5Brefund%5D=r") || server.text.contains("metadata[refund]=r"))
        await #expect(throws: GatewayFault.cannotConnect) {
            _ = try await client.refund(paymentID: "pi_1", amount: pounds(pence: 1), idempotencyKey: "s")
        }
    }

    @Test func `A refund is settled once by its key, and certainly refused if nothing is left`() async throws {
        let probe = try await GatewayProbe()
        guard case .approved(let approval) = await probe.client.pay(order(), with: card()).outcome else {
            Issue.record("not approved")
            return
        }
        func settle(_ key: String, _ amount: Int, _ payment: String? = nil) async -> ReversalOutcome {
            await probe.client.settleRefund(
                paymentID: payment ?? approval.paymentID, amount: pounds(pence: amount), idempotencyKey: key)
        }
        // Never asked for before: it is now, and then found.
        let first = await settle("r1", 4000)
        #expect(await settle("r1", 4000) == first)
        // Its key was used for another amount: a person looks at it.
        #expect(await settle("r1", 1) == .unknown(.wrongReply))
        #expect(try await probe.list("refunds").count == 1)
        guard case .notDone(.refused(let refusal)) = await settle("r2", 4000), refusal.status == 400 else {
            Issue.record("more than is left is refused")
            return
        }
        guard case .unknown = await settle("r3", 1, "pi_other") else {
            Issue.record("a gateway that knows no such payment cannot tell")
            return
        }
        await probe.mock.stop()
    }

    @Test func `A key with a permanent failure of the gateway settles nothing`() async throws {
        let probe = try await GatewayProbe("", settlementDeadline: 0.5)
        guard case .approved(let approval) = await probe.client.pay(order(), with: card()).outcome else {
            Issue.record("not approved")
            return
        }
        let failing = try await MockGateway.start(faults: try Fault.list("500"))
        var options = PaymentIntentsGateway.Options()
        options.exchange.backoff = 0.01
        let client = try PaymentIntentsGateway(url: failing.url, key: MockGateway.testKey, options: options)
        #expect(
            await client.settleRefund(paymentID: approval.paymentID, amount: pounds(pence: 1), idempotencyKey: "r")
                == .unknown(.serverError(status: 500)))
        await failing.stop()
        await probe.mock.stop()
    }
}
