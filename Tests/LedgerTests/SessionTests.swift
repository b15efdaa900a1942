import Foundation
import Gateway
import PaymentSession
import Support
import Testing

@testable import Ledger
@testable import LedgerSQLite

/// Names and ends of sessions, and the kind of a ledger.
struct SessionTests {
    private let probe: LedgerProbe

    init() throws { probe = try LedgerProbe() }

    @Test(arguments: SessionRecord.State.allCases.filter(\.isFinished))
    func `Nothing changes a finished session, and its name is used up`(state: SessionRecord.State) async throws {
        let order = LedgerProbe.order("s")
        try await probe.ledger.open(order)
        try await probe.ledger.end(order, as: state)
        let entries = probe.ledger.verify().entries
        let known = LedgerError.sessionExists(path: probe.path, name: "s")
        await #expect(throws: known) { try await probe.ledger.open(order) }
        await #expect(throws: known) {
            try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        }
        for other in SessionRecord.State.allCases where other != state {
            await #expect(throws: LedgerError.sessionEnded(name: "s", state: state.rawValue)) {
                try await probe.ledger.end(order, as: other)
            }
        }
        try await probe.ledger.cancel(order, by: .caller)
        try await probe.ledger.end(order, as: state)
        #expect(probe.ledger.verify().entries == entries)
        #expect(try probe.ledger.session("s").state == state)
    }

    @Test func `An attempt goes into its own process's open session of the same amount alone`() async throws {
        let order = LedgerProbe.order("s")
        try await probe.ledger.open(order)
        let known = LedgerError.sessionExists(path: probe.path, name: "s")
        for other in [
            LedgerProbe.order("s", amount: 1),
            PaymentOrder(sessionID: "s", attempt: 1, amount: 4200, currency: "EUR", reference: "R"),
        ] {
            await #expect(throws: known) {
                try await probe.ledger.begin(other, with: LedgerProbe.facts, at: LedgerProbe.address)
            }
        }
        try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try probe.tamper("UPDATE session SET process = 1")
        await #expect(throws: known) {
            try await probe.ledger.begin(
                LedgerProbe.order("s", 2), with: LedgerProbe.facts, at: LedgerProbe.address)
        }
    }

    @Test func `Of many concurrent opens of one session, one succeeds`() async throws {
        let second = try Ledger(probe.path, by: Origin(who: "other", place: "desk 2"))
        let opened = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                let ledger = number.isMultiple(of: 2) ? probe.ledger : second
                group.addTask { (try? await ledger.open(LedgerProbe.order("s"))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
    }

    @Test func `A payment belongs to one attempt only`() async throws {
        try await probe.pay("a")
        let same = ScriptedGateway(.approved(Approval(paymentID: "pi_a")))
        let (state, fault) = try await LedgerProbe.pay("b", through: same, in: probe.ledger)
        #expect(state == .ended(.unknown(paymentID: "pi_a")))
        #expect(fault == .badReply)
        #expect(try probe.ledger.attempts(of: "b").map(\.state) == [.unknown])
        #expect(try probe.ledger.charge(of: "b") == nil)
        #expect(try probe.ledger.charge("pi_a").attempt == "a-1")
        #expect(try await probe.ledger.settleOpen(with: same, at: LedgerProbe.address).attempts.count == 1)
        #expect(try probe.ledger.reconciliation().map(\.isOpen) == [false, true])
        #expect(probe.ledger.verify().findings.isEmpty)
    }

    @Test func `An approval that cannot be written is unknown, and found by the next start`() async throws {
        let folder = TemporaryFolder()
        let path = folder("day.ledger")
        let ledger = try Ledger(path, by: Origin(who: "clerk", place: "desk"))
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_1"))) {
            // From here on the ledger is deaf, as after a lost write.
            ledger.fail()
        }
        let (state, fault) = try await LedgerProbe.pay("s", through: gateway, in: ledger)
        #expect(state == .ended(.unknown(paymentID: "pi_1")))
        #expect(fault == .notRecorded)
        let next = try Ledger(path, by: Origin(who: "clerk", place: "desk"))
        #expect(try next.attempts(of: "s").map(\.state) == [.sending])
    }

    @Test func `Two ledgers with sessions of one name send keys of their own`() async throws {
        let gateway = ScriptedGateway(.declined(Decline(code: GatewayCode("card_declined")!)))
        let other = try LedgerProbe()
        for ledger in [probe.ledger, other.ledger] {
            _ = try await LedgerProbe.pay("same", through: gateway, in: ledger)
        }
        #expect(Set(gateway.log).count == 2)
        for probe in [probe, other] {
            let attempt = try #require(try probe.ledger.attempts(of: "same").first)
            #expect(attempt.order.idempotencyKey == attempt.key)
            #expect(attempt.key.hasSuffix("-same-1"))
        }
    }

    @Test func `A ledger is of tests or of real payments from its first session on`() async throws {
        let ledger = probe.ledger
        #expect(try ledger.kind() == nil)
        let made = try await ledger.adopt(.test)
        #expect(try await ledger.adopt(.test) == made)
        await #expect(throws: LedgerError.holdsOtherKind(path: probe.path, .test)) { try await ledger.adopt(.real) }
        let other = try LedgerProbe()
        #expect(try await other.ledger.adopt(.test).id != made.id)
        _ = try await LedgerProbe.pay("s", through: ScriptedGateway(.unreachable), in: ledger)
        #expect(try ledger.session("s").test == 1 && ledger.attempts(of: "s").map(\.test) == [1])
        #expect(ledger.verify().findings.isEmpty)
        try probe.tamper("UPDATE ledger SET kind = 'real'")
        #expect(ledger.verify().findings == [.rowChanged(resource: "ledger/\(made.id)")])
    }
}
