import Foundation
import Gateway
import Ledger
import LedgerSQLite
import PaymentSession
import Support
import Testing

struct AttemptTests {
    @Test func `An attempt is written before it is sent`() async throws {
        let probe = try LedgerProbe()
        let path = probe.path
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_1"))) {
            let other = try? Ledger(path, by: Origin(who: "x", place: "y"))
            let found = try? other?.attempts(of: "s")
            #expect(found?.map(\.state) == [.sending])
        }
        let state = try await LedgerProbe.pay("s", through: gateway, in: probe.ledger).state
        #expect(state == .ended(.approved(Approval(paymentID: "pi_1"))))
        #expect(try probe.ledger.attempts(of: "s").map(\.state) == [.approved])
        #expect(try probe.ledger.charge("pi_1").amount == 4200)
        #expect(try probe.ledger.session("s").state == .approved)
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `An attempt that cannot be written is not sent`() async throws {
        let probe = try LedgerProbe()
        try await probe.ledger.begin(LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_1")))
        // The same name a second time is refused by the ledger, before anything is sent.
        await #expect(throws: LedgerError.sessionExists(path: probe.path, name: "s")) {
            _ = try await LedgerProbe.pay("s", through: gateway, in: probe.ledger)
        }
        #expect(gateway.log == [])
    }

    @Test(arguments: [
        (PaymentOutcome.declined(Decline(code: GatewayCode("card_declined")!)), RecordedAttempt.State.declined),
        (.rejected(GatewayRefusal(status: 400)), .rejected), (.unreachable, .notTaken),
        (.unknown(paymentID: nil), .unknown),
    ])
    func `Every outcome has its state, and only an approval a charge`(
        outcome: PaymentOutcome, state: RecordedAttempt.State
    ) async throws {
        let probe = try LedgerProbe()
        try await probe.ledger.begin(LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude("s-1", outcome)
        #expect(try probe.ledger.attempts(of: "s").map(\.state) == [state])
        #expect(try probe.ledger.charge(of: "s") == nil)
        #expect(try probe.ledger.openAttempts().count == (state == .unknown ? 1 : 0))
    }

    @Test func `A final state does not change`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("s")
        try await probe.ledger.conclude("s-1", .unknown(paymentID: nil))
        #expect(try probe.ledger.attempts(of: "s").map(\.state) == [.approved])
    }

    @Test func `An attempt of a process that still runs is not settled by another`() async throws {
        let probe = try LedgerProbe()
        try await probe.ledger.begin(LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        let gateway = ScriptedGateway(.unreachable)
        #expect(try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address).isEmpty)
        #expect(gateway.log == [])
    }

    @Test func `An attempt that an ended process left open is settled only at its gateway`() async throws {
        let probe = try LedgerProbe()
        try await probe.ledger.begin(LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        try probe.tamper("UPDATE attempt SET processStart = 1")
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_9")))
        let open = try await probe.ledger.settleOpen(with: gateway, at: "https://other.example")
        #expect(open.attempts.map(\.key) == ["s-1"])
        #expect(gateway.log == [])
        #expect(try await probe.ledger.settleOpen(with: gateway, at: LedgerProbe.address).isEmpty)
        #expect(gateway.log == ["settle s-1"])
        #expect(try probe.ledger.charge(of: "s")?.payment == "pi_9")
    }

    @Test func `Many writers at once lose nothing`() async throws {
        let probe = try LedgerProbe()
        let second = try Ledger(probe.path, by: Origin(who: "other", place: "desk 2"))
        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                let ledger = number.isMultiple(of: 2) ? probe.ledger : second
                group.addTask {
                    let order = LedgerProbe.order("s\(number)")
                    try await ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
                    try await ledger.conclude(order.idempotencyKey, .approved(Approval(paymentID: "pi_\(number)")))
                }
            }
            try await group.waitForAll()
        }
        #expect(try probe.ledger.entries().map(\.session).count == 200)
        let result = probe.ledger.verify()
        #expect(result.findings.isEmpty)
        // Opened, sent, settled, taken.
        #expect(result.entries == 800)
    }

    @Test func `No file of a ledger holds a card number or security code`() async throws {
        let probe = try LedgerProbe()
        let gateway = ScriptedGateway(.unknown(paymentID: nil))
        _ = try await LedgerProbe.pay("s", through: gateway, in: probe.ledger)
        for name in probe.folder.contents {
            let text = String(decoding: probe.folder.bytes(name), as: UTF8.self)
            #expect(!text.contains("424242"), "\(name)")
        }
    }

    @Test func `The day's list is CSV without formulas`() async throws {
        let probe = try LedgerProbe()
        try await probe.pay("a,b\"c")
        try await probe.ledger.begin(
            PaymentOrder(sessionID: "=1+1", attempt: 1, amount: 5, currency: "EUR"), with: LedgerProbe.facts,
            at: LedgerProbe.address)
        let lines = try probe.ledger.reconciliation()
        #expect(lines.map(\.isOpen) == [false, true])
        let text = LedgerProbe.csv(lines)
        #expect(text.contains("\"a,b\"\"c\",1,R,42.00,4200,GBP,visa,4242,12/34,approved,approved,,"))
        #expect(text.contains("\r\n'=1+1,1,,0.05,5,EUR,visa,4242,12/34,sending,sending,ask the gateway,"))
    }
}
