import Gateway
import Ledger
import PaymentSession
import Testing

struct RefundTests {
    @Test func `The sum of refunds never exceeds what was taken`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s", amount: 1000)
        #expect(try await probe.ledger.beginRefund(of: "pi_s", amount: 400, key: "r1", isVoid: false) == 400)
        await #expect(throws: LedgerError.refundTooLarge(left: 600)) {
            try await probe.ledger.beginRefund(of: "pi_s", amount: 601, key: "r2", isVoid: false)
        }
        #expect(try await probe.ledger.beginRefund(of: "pi_s", amount: nil, key: "r3", isVoid: false) == 600)
        await #expect(throws: LedgerError.nothingLeft) {
            try await probe.ledger.beginRefund(of: "pi_s", amount: nil, key: "r4", isVoid: false)
        }
        try await probe.ledger.concludeRefund("r1", as: .failed)
        #expect(try await probe.ledger.beginRefund(of: "pi_s", amount: nil, key: "r5", isVoid: false) == 400)
        try await probe.ledger.concludeRefund("r3", as: .done, refund: "re_3")
        try await probe.ledger.concludeRefund("r5", as: .done, refund: "re_5")
        #expect(try probe.ledger.charge("pi_s").state == .refunded)
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `A refund without an answer is asked for again under its key`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        let slow = RecordedGateway(
            ScriptedGateway(.unreachable, refundFault: .timedOut), at: LedgerProbe.address, in: probe.ledger)
        await #expect(throws: GatewayFault.timedOut) {
            _ = try await slow.refund(paymentID: "pi_s", amount: 100, idempotencyKey: "r1")
        }
        #expect(try probe.ledger.refunds(of: "pi_s").map(\.state) == [.unknown])
        #expect(try probe.ledger.charge("pi_s").refunded == 100)
        let healthy = ScriptedGateway(.unreachable)
        try await probe.ledger.settleOpen(with: healthy, at: LedgerProbe.address)
        #expect(healthy.log == ["refund r1"])
        #expect(try probe.ledger.refunds(of: "pi_s").map(\.state) == [.done])
        #expect(try probe.ledger.charge("pi_s").state == .partlyRefunded)
    }

    @Test func `A refund that the gateway refused is no longer set aside`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        let gateway = RecordedGateway(
            ScriptedGateway(.unreachable, refundFault: .refused(status: 400, code: nil)), at: LedgerProbe.address,
            in: probe.ledger)
        await #expect(throws: GatewayFault.refused(status: 400, code: nil)) {
            _ = try await gateway.refund(paymentID: "pi_s", amount: nil, idempotencyKey: "r1")
        }
        #expect(try probe.ledger.charge("pi_s").refunded == 0)
    }

    @Test func `A payment called off is voided`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        let gateway = RecordedGateway(ScriptedGateway(.unreachable), at: LedgerProbe.address, in: probe.ledger)
        #expect(try await gateway.void(paymentID: "pi_s", idempotencyKey: "v") == .voided)
        #expect(try probe.ledger.charge("pi_s").state == .voided)
    }

    @Test func `A receipt needs a payment`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        try await probe.ledger.recordReceipt(for: "pi_s", to: "payer@example.com")
        await #expect(throws: LedgerError.noSuch(kind: "payment", name: "pi_x")) {
            try await probe.ledger.recordReceipt(for: "pi_x", to: "payer@example.com")
        }
        #expect(probe.ledger.verify().findings.isEmpty)
    }
}
