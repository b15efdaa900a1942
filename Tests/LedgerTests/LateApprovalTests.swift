import Gateway
import Ledger
import PaymentSession
import Testing

/// Approvals that come to light after their session was cancelled are voided, once; nothing else is.
struct LateApprovalTests {
    private let probe: LedgerProbe
    private let approval = PaymentOutcome.approved(Approval(paymentID: "pi_9"))
    private let order = LedgerProbe.order("s")

    init() throws { probe = try LedgerProbe() }

    private func begin() async throws {
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
    }

    /// A session that is cancelled while the gateway is asked.
    private func cancel() async throws {
        try await begin()
        try await probe.ledger.cancel(order, by: .agent)
    }

    /// Makes what this process began look as if its process had gone.
    private func orphan() throws {
        try probe.tamper("UPDATE attempt SET processStart = 1; UPDATE session SET processStart = 1")
    }

    private func settle(_ gateway: ScriptedGateway) async throws -> OpenItems {
        try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address)
    }

    @Test func `A payment that was unknown at its session's cancellation is voided once it proves to be paid`()
        async throws
    {
        try await cancel()
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        try await probe.ledger.end(order, as: .unknown)
        let gateway = ScriptedGateway(approval)
        #expect(try await settle(gateway).isEmpty)
        #expect(gateway.log == ["settle s-1", "cancel pi_9"])
        #expect(try probe.ledger.charge("pi_9").state == .voided)
        #expect(try probe.ledger.session("s").state == .voided)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false])
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test(arguments: [SessionRecord.State.unknown, nil])
    func `A payment that was not cancelled is kept once it proves to be paid, also after a crash`(
        end: SessionRecord.State?
    ) async throws {
        try await begin()
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        if let end { try await probe.ledger.end(order, as: end) }
        try orphan()
        let gateway = ScriptedGateway(approval)
        #expect(try await settle(gateway).isEmpty)
        #expect(gateway.log == ["settle s-1"])
        #expect(try probe.ledger.session("s").state == .approved)
    }

    @Test
    func `After a crash before its void, a late approval is on the list and the next start voids it`()
        async throws
    {
        try await cancel()
        try await probe.ledger.conclude(order.idempotencyKey, approval)
        let gateway = ScriptedGateway(approval)
        #expect(try await settle(gateway).isEmpty)
        #expect(gateway.log.isEmpty, "the process that paid takes it back itself")
        try orphan()
        let list = try probe.ledger.reconciliation(from: 0, until: 1)
        #expect(LedgerProbe.csv(list).contains(",approved,paid though its session was given up"))
        #expect(try await settle(gateway).isEmpty)
        #expect(gateway.log == ["cancel pi_9"])
        #expect(try probe.ledger.reconciliation(from: 0, until: 1).isEmpty)
        #expect(try probe.ledger.session("s").state == .voided)
    }

    @Test func `A refused void is tried once, and then needs a person's order`() async throws {
        try await cancel()
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        try await probe.ledger.end(order, as: .unknown)
        let refusing = ScriptedGateway(approval, refundFault: .refused(GatewayRefusal(status: 400)))
        #expect(try await settle(refusing).proposals.map(\.payment) == ["pi_9"])
        let asked = refusing.log
        #expect(try await settle(refusing).proposals.map(\.isOrdered) == [false])
        #expect(refusing.log == asked, "nothing is asked for again")
        #expect(try probe.ledger.reconciliation().map(\.isUnwanted) == [true])
        let healthy = ScriptedGateway(approval)
        _ = try await probe.ledger.void("pi_9", through: healthy, at: LedgerProbe.address)
        #expect(try await settle(healthy).isEmpty)
        #expect(try probe.ledger.session("s").state == .voided)
    }

    @Test func `A void without an answer stays on the list, and is asked for under its own key alone`() async throws {
        try await cancel()
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        try await probe.ledger.end(order, as: .unknown)
        let deaf = ScriptedGateway(approval, refundFault: .timedOut)
        #expect(try await settle(deaf).refunds.map(\.key) == ["pi_9-cancel-1"])
        let healthy = ScriptedGateway(approval)
        #expect(try await settle(healthy).isEmpty)
        #expect(healthy.log == ["settle pi_9-cancel-1"])
        #expect(try probe.ledger.charge("pi_9").state == .voided)
        #expect(try probe.ledger.session("s").state == .voided)
    }

    @Test func `A late decline takes no money, and ends a session that was left open`() async throws {
        try await cancel()
        try await probe.ledger.conclude(order.idempotencyKey, .unreachable)
        try await probe.ledger.open(LedgerProbe.order("idle"))
        try await probe.pay("wanted")
        try orphan()
        let gateway = ScriptedGateway(approval)
        #expect(try await settle(gateway).isEmpty)
        #expect(gateway.log.isEmpty)
        #expect(try probe.ledger.session("s").state == .cancelled)
        #expect(try probe.ledger.session("idle").state == .interrupted)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false, false])
    }
}
