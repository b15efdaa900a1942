import StripeGateway
import Gateway
import MockGateway
import PaymentSession
import Testing

/// What becomes of a payment when the gateway fails: taken once or not at all, and known to be open where nobody can
/// say.
struct FaultTests {
    @Test(arguments: [
        "drop-before*1", "drop-before*3", "commit-then-drop*1", "commit-then-drop", "mid-reply*1", "mid-reply", "409*2",
        "429*1", "slow=0.6*1", "late-reply=0.6*1", "late-reply=0.6", "commit-then-500*1", "drop-before*1:any",
    ])
    func `A temporary fault leaves one payment`(fault: String) async throws {
        let probe = try await GatewayProbe(fault, requestTimeout: 0.4, tries: 6)
        let answer = await probe.client.pay(order(), with: card())
        guard case .approved = answer.outcome else {
            Issue.record("\(fault): \(answer)")
            return
        }
        #expect(try await probe.charges() == 1)
        await probe.mock.stop()
    }

    @Test(arguments: [
        ("500", GatewayFault.serverError(status: 500)), ("drop-before", .closedEarly),
        ("500:any", .serverError(status: 500)), ("drop-before:any", .closedEarly), ("slow=60:any", .timedOut),
    ])
    func `A lasting fault leaves the payment unknown and takes nothing`(fault: String, reason: GatewayFault)
        async throws
    {
        let isSlow = fault.hasPrefix("slow")
        let probe = try await GatewayProbe(
            fault, requestTimeout: isSlow ? 1 : 60, settlementDeadline: isSlow ? 2 : 0.2)
        let answer = await probe.client.pay(order(), with: card())
        #expect(answer.outcome == .unknown(paymentID: nil))
        // While a slow gateway works on it, repetitions are answered 409.
        #expect(answer.fault == reason || isSlow && answer.fault == .serverError(status: 409))
        await probe.mock.stop()
    }

    @Test func `Without a listener, certainly no money is taken`() async throws {
        let probe = try await GatewayProbe()
        await probe.mock.stop()
        let answer = await probe.client.pay(order(), with: card())
        #expect(answer.outcome == .unreachable)
        #expect(answer.fault == .cannotConnect)
    }

    @Test func `An order that never arrived is settled as not taken, and its key takes nothing afterwards`()
        async throws
    {
        let probe = try await GatewayProbe()
        let order = order()
        #expect(await probe.client.settle(order, sentAt: now()).outcome == .unreachable)
        #expect(await probe.client.settle(order, sentAt: now()).outcome == .unreachable)
        let late = await probe.client.pay(order, with: card())
        #expect(late.outcome == .rejected(GatewayRefusal(status: 400, code: GatewayCode("idempotency_error"))))
        #expect(try await probe.charges() == 0)
        await probe.mock.stop()
    }

    @Test func `An order that was paid is found by its attempt among many`() async throws {
        let probe = try await GatewayProbe()
        let order = order()
        let paid = await probe.client.pay(order, with: card())
        for _ in 0..<120 { _ = await probe.client.pay(Self.other(), with: card()) }
        #expect(await probe.client.settle(order, sentAt: now()).outcome == paid.outcome)
        await probe.mock.stop()
    }

    private static func other() -> PaymentOrder { order(amount: 100) }

    @Test func `An order that is still being worked on is waited for`() async throws {
        let probe = try await GatewayProbe("slow=0.5*1")
        let order = order()
        async let paid = probe.client.pay(order, with: card())
        // The fault is used up once the payment's request is at the gateway.
        try await probe.waitForFaults()
        let settled = await probe.client.settle(order, sentAt: now())
        #expect(await paid.outcome == settled.outcome)
        #expect(try await probe.charges() == 1)
        await probe.mock.stop()
    }

    @Test func `A declined order is settled as declined`() async throws {
        let probe = try await GatewayProbe()
        let order = order()
        _ = await probe.client.pay(order, with: card("4000000000009995"))
        guard case .declined(let decline) = await probe.client.settle(order, sentAt: now()).outcome else {
            Issue.record("not declined")
            return
        }
        #expect(decline.declineCode == GatewayCode("insufficient_funds"))
        await probe.mock.stop()
    }
}
