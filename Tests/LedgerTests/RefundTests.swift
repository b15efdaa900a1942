import Foundation
import GRDB
import Gateway
import Ledger
import LedgerSQLite
import PaymentSession
import Testing

struct RefundTests {
    private let probe: LedgerProbe

    init() throws { probe = try LedgerProbe() }

    private func begin(_ amount: Int?, _ key: String? = nil) async throws -> RefundRecord {
        try await probe.ledger.beginRefund(
            of: "pi_s", amount: amount, key: key, isVoid: false, at: LedgerProbe.address)
    }

    private func refund(_ amount: Int?, _ key: String, _ fault: GatewayFault) async throws {
        _ = try await probe.ledger.refund(
            "pi_s", amount: amount, key: key, through: ScriptedGateway(.unreachable, refundFault: fault),
            at: LedgerProbe.address)
    }

    /// Makes what this process began look as if its process had gone.
    private func orphan() throws { try probe.tamper("UPDATE refund SET processStart = 1") }

    @Test func `The sum of refunds never exceeds what was taken`() async throws {
        try await probe.pay("s", amount: 1000)
        #expect(try await begin(400, "r1").amount == 400)
        try await probe.ledger.concludeRefund("r1", as: .done, refund: "re_1")
        await #expect(throws: LedgerError.refundTooLarge(left: 600, currency: "GBP")) { try await begin(601, "r2") }
        #expect(try await begin(nil, "r3").amount == 600)
        try await probe.ledger.concludeRefund("r3", as: .failed)
        #expect(try await begin(nil, "r5").amount == 600)
        try await probe.ledger.concludeRefund("r5", as: .done, refund: "re_5")
        await #expect(throws: LedgerError.nothingLeft) { try await begin(nil) }
        #expect(try probe.ledger.charge("pi_s").state == .refunded)
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `While a refund is open the next one is refused, and under its key for ever`() async throws {
        try await probe.pay("s", amount: 1000)
        _ = try await begin(400, "r1")
        for key in ["r1", "r2", nil] {
            await #expect(throws: LedgerError.refundOpen(key: "r1", isUnderWay: true)) { try await begin(1, key) }
        }
        try await probe.ledger.concludeRefund("r1", as: .unknown)
        await #expect(throws: LedgerError.refundOpen(key: "r1", isUnderWay: false)) { try await begin(1) }
        await #expect(throws: LedgerError.refundOpen(key: "r1", isUnderWay: false)) {
            try await probe.ledger.beginRefund(of: "pi_s", amount: nil, isVoid: true, at: LedgerProbe.address)
        }
        try await probe.ledger.concludeRefund("r1", as: .failed)
        await #expect(throws: LedgerError.refundKeyUsed(key: "r1")) { try await begin(1, "r1") }
        #expect(try await begin(1).key == "pi_s-refund-2")
        #expect(try probe.ledger.charge("pi_s").refunded == 1)
    }

    @Test func `Concurrent refund requests make one refund`() async throws {
        try await probe.pay("s", amount: 1000)
        let second = try Ledger(probe.path, by: Origin(who: "other", place: "desk 2"))
        let begun = await withTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                let ledger = number.isMultiple(of: 2) ? probe.ledger : second
                group.addTask {
                    try? await ledger.beginRefund(of: "pi_s", amount: 10, isVoid: false, at: LedgerProbe.address).key
                }
            }
            return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(begun == ["pi_s-refund-1"])
        #expect(try probe.ledger.refunds(of: "pi_s").count == 1)
    }

    @Test func `A refund without an answer is on the list, and looked up under its key`() async throws {
        try await probe.pay("s")
        await #expect(throws: ReversalError.gateway(.timedOut, key: "r1")) { try await refund(100, "r1", .timedOut) }
        #expect(try probe.ledger.refunds(of: "pi_s").map(\.state) == [.unknown])
        #expect(try probe.ledger.charge("pi_s").refunded == 100)
        let list = try probe.ledger.reconciliation(from: 0, until: 1)
        #expect(list.map(\.isOpen) == [true], "whatever the day")
        #expect(LedgerProbe.csv(list).contains(",approved,ask the gateway about refund r1,"))

        let deaf = ScriptedGateway(.unreachable, refundFault: .timedOut)
        #expect(try await probe.ledger.settleOpen(with: deaf, at: LedgerProbe.address).refunds.map(\.key) == ["r1"])
        let other = ScriptedGateway(.unreachable)
        #expect(try await probe.ledger.settleOpen(with: other, at: "https://other.example").refunds.count == 1)
        #expect(other.log.isEmpty)

        let healthy = ScriptedGateway(.unreachable)
        #expect(try await probe.ledger.settleOpen(with: healthy, at: LedgerProbe.address).isEmpty)
        #expect(healthy.log == ["settle r1"])
        #expect(try probe.ledger.refunds(of: "pi_s").map(\.state) == [.done])
        #expect(try probe.ledger.charge("pi_s").state == .partlyRefunded)
        #expect(try probe.ledger.reconciliation(from: 0, until: 1).isEmpty)
    }

    @Test func `A refund in progress is left alone, and a refund of an ended process is looked up`() async throws {
        try await probe.pay("s")
        _ = try await begin(100, "r1")
        let gateway = ScriptedGateway(.unreachable)
        #expect(try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address).isEmpty)
        #expect(gateway.log.isEmpty)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [true], "it may yet end in nothing")
        try orphan()
        #expect(try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address).isEmpty)
        #expect(gateway.log == ["settle r1"])
    }

    @Test func `The amount of a refused refund is no longer reserved`() async throws {
        try await probe.pay("s")
        let refusal = GatewayFault.refused(GatewayRefusal(status: 400))
        await #expect(throws: ReversalError.gateway(refusal, key: "r1")) { try await refund(nil, "r1", refusal) }
        #expect(try probe.ledger.charge("pi_s").refunded == 0)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false])
    }

    @Test func `A cancelled payment is voided, and a void without an answer is on the list`() async throws {
        try await probe.pay("s")
        await #expect(throws: ReversalError.gateway(.timedOut, key: "pi_s-cancel-1")) {
            _ = try await probe.ledger.void(
                "pi_s", through: ScriptedGateway(.unreachable, refundFault: .timedOut), at: LedgerProbe.address)
        }
        let list = try probe.ledger.reconciliation()
        #expect(LedgerProbe.csv(list).contains(",ask the gateway about void pi_s-cancel-1,"))
        await #expect(throws: ReversalError.ledger(.refundOpen(key: "pi_s-cancel-1", isUnderWay: false))) {
            try await probe.ledger.refund(
                "pi_s", amount: 1, through: ScriptedGateway(.unreachable), at: LedgerProbe.address)
        }
        _ = try await probe.ledger.settleOpen(with: ScriptedGateway(.unreachable), at: LedgerProbe.address)
        #expect(try probe.ledger.charge("pi_s").state == .voided)
    }

    @Test func `A refund is settled manually, with name and reason in the log`() async throws {
        try await probe.pay("s", amount: 1000)
        for (key, finding, state) in [
            ("r1", ManualSettlement.Finding.notRefunded, RefundRecord.State.failed), ("r2", .refunded, .done),
        ] {
            _ = try await begin(300, key)
            let settlement = ManualSettlement(finding, payment: "re_9", reason: "seen", by: "Ann")
            await #expect(throws: LedgerError.underWay(key: key)) {
                try await probe.ledger.settleManually(key, as: settlement)
            }
            try await probe.ledger.concludeRefund(key, as: .unknown)
            try await probe.ledger.settleManually(key, as: settlement)
            #expect(try probe.ledger.refunds(of: "pi_s").last?.state == state)
            await #expect(throws: LedgerError.alreadyFinal(key: key, state: state.rawValue)) {
                try await probe.ledger.settleManually(key, as: settlement)
            }
        }
        #expect(try probe.ledger.charge("pi_s").refunded == 300)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false])
        await #expect(throws: LedgerError.noSuch(kind: "refund", name: "s-1")) {
            let settlement = ManualSettlement(.refunded, reason: "r", by: "Ann")
            try await probe.ledger.settleManually("s-1", as: settlement)
        }
        let told = try await DatabaseQueue(path: probe.path).read {
            try String.fetchAll($0, sql: "SELECT resource FROM audit WHERE action = 'refund.settled-by-hand'")
        }
        #expect(told == ["settlement/r1", "settlement/r2"])
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `An older ledger keeps its refunds, and does not ask a gateway about a refund without an ID`()
        async throws
    {
        try await probe.pay("s")
        // The audit log of before: written without what this version adds.
        try probe.tamper(
            """
            DROP INDEX refundByPayment; DROP INDEX openRefund;
            ALTER TABLE refund DROP COLUMN gateway; ALTER TABLE refund DROP COLUMN process;
            ALTER TABLE refund DROP COLUMN processStart;
            INSERT INTO refund VALUES ('pi_s-refund-1', 'pi_s', 100, 0, 'unknown', NULL, 5, 6);
            UPDATE charge SET refunded = 100;
            DELETE FROM grdb_migrations WHERE identifier LIKE '3 %'
            """)
        let later = try Ledger(probe.path, by: Origin(who: "x", place: "y"))
        let gateway = ScriptedGateway(.unreachable)
        #expect(
            try await later.settleOpen(with: gateway, at: LedgerProbe.address).refunds.map(\.key) == ["pi_s-refund-1"])
        #expect(gateway.log.isEmpty)
        let settlement = ManualSettlement(.refunded, reason: "on the dashboard", by: "Ann")
        try await later.settleManually("pi_s-refund-1", as: settlement)
        #expect(try later.charge("pi_s").state == .partlyRefunded)
        #expect(later.verify().findings.isEmpty, "the log tells of the rows as they are now")
    }

    @Test func `A receipt needs a payment`() async throws {
        try await probe.pay("s")
        try await probe.ledger.recordReceipt(for: "pi_s", to: "payer@example.com")
        await #expect(throws: LedgerError.noSuch(kind: "payment", name: "pi_x")) {
            try await probe.ledger.recordReceipt(for: "pi_x", to: "payer@example.com")
        }
        #expect(probe.ledger.verify().findings.isEmpty)
    }
}
