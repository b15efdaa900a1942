import Foundation
import GRDB
import Ledger
import PaymentSession
import Support
import Testing

/// Attempts that somebody settles by hand.
struct SettlementTests {
    private let probe: LedgerProbe

    init() throws { probe = try LedgerProbe() }

    private func leaveOpen(_ session: String, payment: String? = nil) async throws {
        let order = LedgerProbe.order(session)
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(order.idempotencyKey, .unknown(paymentID: payment))
        try await probe.ledger.end(order, as: .unknown)
    }

    /// The audit entries of an action: who, resource, detail.
    private func entries(_ action: String) throws -> [[String]] {
        try DatabaseQueue(path: probe.path).read { database in
            try Row.fetchAll(
                database, sql: "SELECT who, resource, detail FROM audit WHERE action = ?", arguments: [action]
            ).map { [$0[0], $0[1], $0[2]] }
        }
    }

    @Test func `A manual settlement as paid makes a charge, with name and reason in the log`() async throws {
        try await leaveOpen("s", payment: "pi_7")
        try await probe.ledger.settleManually("s-1", as: ManualSettlement(.paid, reason: "on the statement", by: "Ann"))
        #expect(try probe.ledger.attempts(of: "s").map(\.state) == [.approved])
        #expect(try probe.ledger.charge("pi_7").amount == 4200)
        #expect(try probe.ledger.session("s").state == .approved)
        #expect(
            try entries("attempt.settled-by-hand") == [
                ["clerk", "settlement/s-1", #"{"as":"paid","by":"Ann","reason":"on the statement"}"#]
            ])
        #expect(probe.ledger.verify().findings.isEmpty)
        try probe.tamper("UPDATE audit SET detail = replace(detail, 'Ann', 'Eve')")
        #expect(!probe.ledger.verify().findings.isEmpty)
    }

    @Test func `An attempt without money is not on another day's list`() async throws {
        try await leaveOpen("s")
        #expect(try probe.ledger.reconciliation(from: 0, until: 1).map(\.isOpen) == [true])
        try await probe.ledger.settleManually("s-1", as: ManualSettlement(.notTaken, reason: "no trace", by: "Ann"))
        #expect(try probe.ledger.reconciliation(from: 0, until: 1).isEmpty)
        #expect(try probe.ledger.openAttempts().isEmpty)
        #expect(!LedgerProbe.csv(try probe.ledger.reconciliation()).contains("ask the gateway"))
        #expect(try probe.ledger.charge(of: "s") == nil)
        #expect(try probe.ledger.session("s").state == .notTaken)
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `A final, running, nameless or unknown item is refused and not changed`() async throws {
        try await probe.pay("paid")
        try await probe.ledger.begin(LedgerProbe.order("now"), with: LedgerProbe.facts, at: LedgerProbe.address)
        try await leaveOpen("s")
        let entries = probe.ledger.verify().entries
        let settlement = ManualSettlement(.paid, reason: "r", by: "Ann")
        for (key, error) in [
            ("paid-1", LedgerError.alreadyFinal(key: "paid-1", state: "approved")), ("now-1", .underWay(key: "now-1")),
            ("s-1", .paymentNameMissing(key: "s-1")), ("none-1", .noSuch(kind: "attempt", name: "none-1")),
        ] {
            await #expect(throws: error) { try await probe.ledger.settleManually(key, as: settlement) }
        }
        await #expect(throws: LedgerError.paymentTakenByAnotherAttempt(payment: "pi_paid")) {
            let doubled = ManualSettlement(.paid, payment: "pi_paid", reason: "r", by: "Ann")
            try await probe.ledger.settleManually("s-1", as: doubled)
        }
        #expect(probe.ledger.verify().entries == entries)
        #expect(probe.ledger.verify().findings.isEmpty)
    }
}
