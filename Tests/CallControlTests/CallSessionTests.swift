import CallControl
import DTMF
import Gateway
import LineControl
import PaymentSession
import Synchronization
import Testing

/// A gateway with given answers, which records its requests.
private final class ScriptedGateway: PaymentGateway {
    private let answers: Mutex<[GatewayAnswer]>
    private let asked = Mutex<[String]>([])

    init(_ outcomes: [PaymentOutcome]) {
        answers = Mutex(outcomes.map { GatewayAnswer(outcome: $0) })
    }

    var requests: [String] { asked.withLock { $0 } }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let lastFour = card.lastFour
        asked.withLock { $0.append("pay \(order.idempotencyKey) \(lastFour)") }
        return answers.withLock { $0.isEmpty ? GatewayAnswer(outcome: .unreachable) : $0.removeFirst() }
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer { GatewayAnswer(outcome: .unreachable) }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        asked.withLock { $0.append("cancel \(paymentID)") }
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        "re_1"
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: nil) }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        .done(refundID: "re_1")
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: "re_1") }
}

/// A journal whose disk is full.
private struct FullJournal: AttemptJournal {
    struct DiskFull: Error {}
    let keyScope = "full"
    func willSend(_ attempt: AttemptRecord) async throws { throw DiskFull() }
    func didReceive(_ answer: GatewayAnswer, for attempt: AttemptRecord) async -> GatewayAnswer { answer }
    func wasCancelled(by party: Party) async {}
    func takeBack(_ paymentID: String) async -> VoidOutcome { .failed }
    func didEnd(_ end: SessionEnd) async {}
}

@Suite struct `Call session` {
    private let approval = Approval(paymentID: "pi_1")

    private func session(_ gateway: ScriptedGateway, journal: SessionJournal = .none) -> CallSession {
        let month = CardExpiry(month: 11, year: 2026)!
        return CallSession(
            SessionSettings(sessionID: "s", amount: 4200, currency: "GBP", month: month, keyScope: "k"),
            gateway: gateway,
            journal: journal)
    }

    /// Keys a card and gives the time of its last key.
    private func keyCard(_ session: CallSession, from start: Double = 0) async -> Duration {
        var time = Duration.seconds(start)
        for key in "4242424242424242*1230*123*" {
            time += .milliseconds(200)
            await session.send(.key(Key(key)!), at: time)
        }
        return time
    }

    @Test func `every follower gets every event, whenever it subscribed`() async {
        let session = session(ScriptedGateway([.approved(approval)]))
        let early = await session.events()
        await session.send(.command(.collect), at: .zero)
        let middle = await session.events()
        let time = await keyCard(session)
        await session.hearAnswer { time }
        let late = await session.events()
        var stories: [[CallEvent]] = []
        for events in [early, middle, late] {
            var story: [CallEvent] = []
            for await event in events { story.append(event) }
            stories.append(story)
        }
        #expect(stories[0].count > 30)
        #expect(stories[0] == stories[1] && stories[1] == stories[2])
        #expect(stories[0].first?.kind == .noLedger)
        #expect(stories[0].last?.kind == .notice(.ended(.approved(approval))))
    }

    @Test func `one payment is requested once, however often its answer is awaited`() async {
        let gateway = ScriptedGateway([.approved(approval), .approved(approval)])
        let session = session(gateway)
        await session.send(.command(.collect), at: .zero)
        let time = await keyCard(session)
        async let first = session.hearAnswer { time }
        async let second = session.hearAnswer { time }
        let directions = await [first, second]
        #expect(directions.map(\.isOver) == [true, true])
        #expect(gateway.requests == ["pay k-s-1 4242"])
    }

    @Test func `a cancel while the gateway is asked voids the late approval`() async {
        let gateway = ScriptedGateway([.approved(approval)])
        let session = session(gateway)
        await session.send(.command(.collect), at: .zero)
        let time = await keyCard(session)
        await session.send(.command(.cancel), at: time)
        await session.hearAnswer { time }
        let directive = await session.hearAnswer { time }
        #expect(directive.isOver && directive.line == .open)
        #expect(await session.view.state == .ended(.voided(approval, .voided)))
        #expect(gateway.requests == ["pay k-s-1 4242", "cancel pi_1"])
    }

    @Test func `a decline and another card are two attempts with keys of their own`() async {
        let gateway = ScriptedGateway([.declined(Decline(code: GatewayCode("card_declined")!)), .approved(approval)])
        let session = session(gateway)
        await session.send(.command(.collect), at: .zero)
        let declined = await keyCard(session)
        await session.hearAnswer { declined }
        await session.send(.command(.anotherCard), at: declined)
        let approved = await keyCard(session, from: 60)
        await session.hearAnswer { approved }
        #expect(await session.view.state == .ended(.approved(approval)))
        #expect(gateway.requests == ["pay k-s-1 4242", "pay k-s-2 4242"])
    }

    @Test func `an attempt that cannot be recorded is not sent, and both legs are muted`() async {
        let gateway = ScriptedGateway([.approved(approval)])
        let session = session(gateway, journal: .kept(FullJournal()))
        await session.send(.command(.collect), at: .zero)
        let time = await keyCard(session)
        let directive = await session.hearAnswer { time }
        #expect(gateway.requests.isEmpty)
        #expect(directive.isOver && directive.line == .muted)
        #expect(await session.view.state == .ended(.failed(.ledger)))
    }
}
