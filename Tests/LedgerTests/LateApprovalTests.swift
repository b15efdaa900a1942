import Gateway
import Ledger
import PaymentSession
import Testing

/// Approvals that come to light after their session was called off: each is taken back, and both are shown.
struct LateApprovalTests {
    private let probe: LedgerProbe
    private let approval = PaymentOutcome.approved(Approval(paymentID: "pi_9"))

    init() throws { probe = try LedgerProbe() }

    /// A session that is called off while the gateway is asked.
    private func callOff(_ state: String = "cancelled") async throws -> PaymentOrder {
        let order = LedgerProbe.order("s")
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.end(order, as: state)
        return order
    }

    private func settle(_ gateway: ScriptedGateway) async throws {
        try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address)
    }

    @Test(arguments: ["cancelled", "failed"])
    func `What was unknown when its session was called off is taken back once it proves to be paid`(state: String)
        async throws
    {
        let order = try await callOff(state)
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        try await probe.ledger.end(order, as: "unknown")
        #expect(try probe.ledger.session("s").state == state, "that it is not wanted is not forgotten")
        let gateway = ScriptedGateway(approval)
        try await settle(gateway)
        #expect(gateway.log == ["settle s-1", "cancel pi_9"])
        #expect(try probe.ledger.charge("pi_9").state == .voided)
        #expect(try probe.ledger.session("s").state == "voided")
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false])
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test
    func `A crash between the late approval and its void leaves it on the list, and the next start takes it back`()
        async throws
    {
        let order = try await callOff()
        try await probe.ledger.conclude(order.idempotencyKey, approval)
        let list = try probe.ledger.reconciliation(from: 0, until: 1)
        #expect(ReconciliationCSV.text(list).contains(",approved,called off but paid: take it back,"))
        let gateway = ScriptedGateway(approval)
        try await settle(gateway)
        #expect(gateway.log.isEmpty, "the process that paid takes it back itself")
        try probe.tamper("UPDATE attempt SET processStart = 1")
        try await settle(gateway)
        #expect(gateway.log == ["cancel pi_9"])
        #expect(try probe.ledger.reconciliation(from: 0, until: 1).isEmpty)
    }

    @Test func `A void that cannot be had stays on the list until it is`() async throws {
        let order = try await callOff()
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        let refusing = ScriptedGateway(approval, refundFault: .refused(status: 400, code: nil))
        try await settle(refusing)
        #expect(try probe.ledger.reconciliation().map(\.isUnwanted) == [true])
        try probe.tamper("UPDATE attempt SET processStart = 1; UPDATE session SET state = 'void-failed'")
        let deaf = ScriptedGateway(approval, refundFault: .timedOut)
        try await settle(deaf)
        let list = try probe.ledger.reconciliation()
        #expect(list.map(\.openRefunds.count) == [1] && list.map(\.isOpen) == [true])
        try await settle(ScriptedGateway(approval))
        #expect(try probe.ledger.charge("pi_9").state == .voided)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false])
    }

    @Test func `What was declined after all, or is wanted, is left alone`() async throws {
        let order = try await callOff()
        try await probe.ledger.conclude(order.idempotencyKey, .unreachable)
        try await probe.pay("wanted")
        try probe.tamper("UPDATE attempt SET processStart = 1")
        let gateway = ScriptedGateway(approval)
        try await settle(gateway)
        #expect(gateway.log.isEmpty)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false, false])
    }
}
