import Foundation
import Gateway
import Ledger
import PaymentSession
import Support
import Synchronization
import Testing

/// The outcome of an attempt by the process that began it, prepared for rows that have not changed since.
struct ConclusionTests {
    private static let approval = PaymentOutcome.approved(
        Approval(paymentID: "pi_1", securityCodeCheck: .pass, houseNumberCheck: .fail))

    /// What a ledger says, but for the codes: the times are fixed.
    private struct Account: Equatable {
        let attempts: [RecordedAttempt]
        let session: SessionRecord
        let charge: ChargeRecord?
        let entries: [String]

        init(_ probe: LedgerProbe) throws {
            attempts = try probe.ledger.attempts(of: "s")
            session = try probe.ledger.session("s")
            charge = try probe.ledger.charge(of: "s")
            #expect(probe.ledger.verify().findings.isEmpty)
            entries = try probe.ledger.auditEntries().map {
                "\($0.at) \($0.action) \($0.resource) \($0.success) \($0.detail)"
            }
        }
    }

    @Test(arguments: [
        approval, .declined(Decline(code: GatewayCode("card_declined")!, paymentID: "pi_2")),
        .rejected(GatewayRefusal(status: 400)), .unreachable, .unknown(paymentID: "pi_3"),
    ])
    func `Both ways write the same rows and the same entries`(outcome: PaymentOutcome) async throws {
        let clock = { @Sendable in Date(timeIntervalSince1970: 1_764_000_000) }
        let (byAttempt, byKey) = (try LedgerProbe(clock: clock), try LedgerProbe(clock: clock))
        let order = LedgerProbe.order("s")
        let attempt = try await byAttempt.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await byAttempt.ledger.conclude(attempt, outcome)
        let same = try await byKey.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await byKey.ledger.conclude(same.key, outcome)
        #expect(try Account(byAttempt) == Account(byKey))
    }

    @Test func `A settlement by another process stays`() async throws {
        let probe = try LedgerProbe()
        let attempt = try await probe.ledger.begin(
            LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(attempt.key, Self.approval)
        let before = try Account(probe)
        try await probe.ledger.conclude(attempt, .unreachable)
        #expect(try Account(probe) == before)
    }

    @Test func `A session that was cancelled meanwhile stays cancelled, and its taken money is known`() async throws {
        let probe = try LedgerProbe()
        let order = LedgerProbe.order("s")
        let attempt = try await probe.ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.cancel(order, by: .agent)
        try await probe.ledger.conclude(attempt, Self.approval)
        let account = try Account(probe)
        #expect(account.session.state == .open && account.session.cancelled == .agent)
        #expect(account.charge?.payment == "pi_1")
        #expect(account.attempts.map(\.state) == [.approved])
    }

    @Test func `A later attempt goes into the session that an earlier one opened`() async throws {
        // A later attempt is sent at a later time.
        let time = Mutex(Date(timeIntervalSince1970: 1_790_000_000))
        let probe = try LedgerProbe(clock: { time.withLock { $0 } })
        let declined = try await probe.ledger.begin(
            LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(declined, .declined(Decline(code: GatewayCode("card_declined")!)))
        time.withLock { $0 += 5 }
        let second = try await probe.ledger.begin(
            LedgerProbe.order("s", 2), with: LedgerProbe.facts, at: LedgerProbe.address)
        try await probe.ledger.conclude(second, Self.approval)
        let account = try Account(probe)
        #expect(account.session.state == .open)
        #expect(account.session.opened == declined.sent)
        #expect(account.attempts.map(\.state) == [.declined, .approved])
    }

    @Test func `A conclusion that fails in part changes nothing`() async throws {
        let probe = try LedgerProbe()
        let attempt = try await probe.ledger.begin(
            LedgerProbe.order("s"), with: LedgerProbe.facts, at: LedgerProbe.address)
        await #expect(throws: LedgerError.self) {
            try await probe.ledger.conclude(attempt, .approved(Approval(paymentID: "4242 4242 4242 4242")))
        }
        #expect(try probe.ledger.attempts(of: "s").map(\.state) == [.sending])
        #expect(try probe.ledger.charge(of: "s") == nil)
    }
}
