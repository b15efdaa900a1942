import CallControl
import DTMF
import Foundation
import Gateway
import Glibc
import PaymentSession
import Support
import Synchronization

@testable import Ledger

/// A gateway, two ledgers, and what people ordered: payments, refunds, voids, reconciliations and kills in any order.
struct MoneyWorld {
    static let address = "http://127.0.0.1:9"
    static let names = ["s1", "s2", "s3", "s4"]

    let gateway: FaultyGateway
    let paths: [String]
    var random: SeededGenerator
    /// What was done, for a flaw's message.
    private(set) var history: [String] = []
    /// What a person ordered to be given back of a payment.
    private var ordered: [String: Int] = [:]
    /// Keys of attempts whose session was cancelled.
    private var cancelled: Set<String> = []
    /// Payments that an agent was told were approved.
    private var told: Set<String> = []
    private var processes = 0
    private(set) var flaws: [String] = []

    /// - Parameter template: The path of an empty ledger with its key, which is copied.
    init(seed: UInt64, folder: String, template: String) throws {
        random = SeededGenerator(seed: seed)
        gateway = FaultyGateway(seed: seed &+ 1)
        paths = ["a", "b"].map { "\(folder)/\(seed)-\($0).ledger" }
        for path in paths {
            for suffix in ["", ".key", ".key.head"] {
                try FileManager.default.copyItem(atPath: template + suffix, toPath: path + suffix)
            }
        }
    }

    func remove() {
        for path in paths {
            for suffix in ["", "-wal", "-shm", ".key", ".key.head"] { unsafe unlink(path + suffix) }
        }
    }

    /// The ledger as a new process opens it: one that nobody takes for alive, so that all it leaves is another's to settle.
    private mutating func process(on path: String) throws -> Ledger {
        processes += 1
        let identity = ProcessIdentity(id: 1 << 30 + processes, start: 1)
        return try Ledger(path, by: Origin(who: "test", place: "test"), process: identity, sync: { nil })
    }

    mutating func run() async throws {
        for _ in 0..<Int.random(in: 4...12, using: &random) {
            let path = paths.randomElement(using: &random)!
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: try await pay(on: path)
            case 5, 6: try await reconcile(path)
            case 7, 8: try await giveBack(on: path, isVoid: false)
            default: try await giveBack(on: path, isVoid: true)
            }
        }
        gateway.heal()
        for path in paths {
            try await reconcile(path)
            try await reconcile(path)
        }
        try check()
    }

    // MARK: What people do

    private mutating func pay(on path: String) async throws {
        let name = Self.names.randomElement(using: &random)!
        let ledger = try process(on: path)
        let settings = SessionSettings(
            sessionID: name, amount: Int.random(in: 1...9, using: &random) * 100, currency: "GBP", reference: "R",
            month: CardExpiry(month: 11, year: 2026)!, isTest: true)
        let gate = KillingGateway(gateway, ledger, at: Int.random(in: 0..<12, using: &random))
        let known = try? ledger.session(name)
        let journal: LedgerJournal
        do throws(LedgerError) {
            journal = try await LedgerJournal(of: settings, in: ledger, through: gate, at: Self.address)
        } catch {
            guard case .sessionKnown = error else { throw error }
            if known == nil { flaws.append("\(name): refused though it is new") }
            return history.append("\(name) refused")
        }
        if known != nil { flaws.append("\(name): taken twice") }
        let session = CallSession(settings, gateway: gate, journal: .kept(journal))
        await drive(session, ledger)
        history.append("\(name) \(await session.view.state)\(gate.hasKilled ? " killed" : "")")
        if case .ended(.approved(let approval)) = await session.view.state { told.insert(approval.paymentID) }
    }

    /// Keys cards, cancels, hangs up, and now and then kills the process between two steps.
    private mutating func drive(_ session: CallSession, _ ledger: Ledger) async {
        await session.send(.command(.collect), at: .zero)
        for _ in 0..<3 {
            for key in "4242424242424242*1230*123*" { await session.send(.key(Key(key)!), at: .zero) }
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                await session.send(.command(.cancel), at: .zero)
                if let key = await session.idempotencyKey { cancelled.insert(key) }
            case 2: await session.send(.hangUp, at: .zero)
            case 3: await session.send(.failure(.recorder), at: .zero)
            default: break
            }
            if Int.random(in: 0..<12, using: &random) == 0 { ledger.fail() }
            while await session.direction.awaitsAnswer { await session.hearAnswer { .seconds(1) } }
            guard case .declined = await session.view.state, Bool.random(using: &random) else { break }
            await session.send(.command(.anotherCard), at: .seconds(2))
        }
        if Int.random(in: 0..<12, using: &random) == 0 { ledger.fail() }
        if await !session.direction.isOver { await session.send(.hangUp, at: .seconds(3)) }
        await session.waitUntilWritten()
    }

    private mutating func reconcile(_ path: String) async throws {
        let ledger = try process(on: path)
        let before = gateway.payments.reduce(0) { $0 + $1.givenBack }
        let open = try? await ledger.settleOpen(with: gateway, at: Self.address)
        let after = gateway.payments.reduce(0) { $0 + $1.givenBack }
        history.append("reconciled, \(open?.attempts.count ?? -1) open, \(after - before) given back")
    }

    private mutating func giveBack(on path: String, isVoid: Bool) async throws {
        let ledger = try process(on: path)
        let charges = try ledger.sessions().compactMap { try ledger.charge(of: $0.id) }
        guard let charge = charges.randomElement(using: &random) else { return }
        let amount = isVoid ? nil : [nil, 50, 100].randomElement(using: &random)!
        let gate = KillingGateway(gateway, ledger, at: Int.random(in: 0..<12, using: &random))
        ordered[charge.payment, default: 0] += amount ?? charge.amount
        if isVoid {
            _ = try? await ledger.void(charge.payment, through: gate, at: Self.address)
        } else {
            _ = try? await ledger.refund(charge.payment, amount: amount, through: gate, at: Self.address)
        }
        history.append("\(isVoid ? "void" : "refund") of \(charge.payment)\(gate.hasKilled ? " killed" : "")")
    }

    // MARK: What must hold

    private mutating func check() throws {
        var charges: [String: ChargeRecord] = [:]
        for path in paths {
            let ledger = try process(on: path)
            let open = try ledger.openItems()
            if !open.attempts.isEmpty || !open.refunds.isEmpty { flaws.append("open: \(open)") }
            if open.proposals.contains(where: \.isOrdered) {
                flaws.append("a cancelled payment is kept: \(open.proposals)")
            }
            let findings = ledger.verify().findings
            if !findings.isEmpty { flaws.append("\(findings)") }
            for session in try ledger.sessions() {
                if !session.state.isFinished, session.cancelled == nil { flaws.append("\(session) is not finished") }
                if let charge = try ledger.charge(of: session.id) {
                    if charges[charge.payment] != nil { flaws.append("\(charge.payment) stands in two ledgers") }
                    charges[charge.payment] = charge
                }
            }
        }
        compare(charges)
    }

    private mutating func compare(_ charges: [String: ChargeRecord]) {
        let payments = gateway.payments
        for payment in payments {
            guard let charge = charges[payment.name] else {
                flaws.append("\(payment.name) was taken and stands nowhere")
                continue
            }
            if charge.attempt != payment.order.idempotencyKey { flaws.append("\(payment.name) is another attempt's") }
            if charge.amount != payment.order.amount { flaws.append("\(payment.name): another amount") }
            if charge.refunded != payment.givenBack {
                flaws.append("\(payment.name): \(payment.givenBack) given back, \(charge.refunded) in the ledger")
            }
            let wanted = cancelled.contains(charge.attempt) ? charge.amount : ordered[payment.name] ?? 0
            if payment.givenBack > wanted { flaws.append("\(payment.name): given back unordered") }
        }
        if Set(charges.keys) != Set(payments.map(\.name)) { flaws.append("a charge that no gateway has") }
        let sessions = Dictionary(grouping: payments) { "\($0.order.keyScope ?? "") \($0.order.sessionID)" }
        for (session, taken) in sessions where taken.count > 1 { flaws.append("\(session) was paid twice") }
        for payment in told where charges[payment] == nil { flaws.append("\(payment) was told and stands nowhere") }
    }
}

/// The gateway as one process sees it, which is killed at a random step: nothing more is written, and nothing more is asked.
private final class KillingGateway: PaymentGateway {
    private let gateway: FaultyGateway
    private let ledger: Ledger
    private let left: Mutex<Int>

    /// - Parameter step: The step before which the process is killed; each question has one before and one after it.
    init(_ gateway: FaultyGateway, _ ledger: Ledger, at step: Int) {
        self.gateway = gateway
        self.ledger = ledger
        left = Mutex(step)
    }

    var hasKilled: Bool { left.withLock { $0 < 0 } }

    /// Whether the process is dead by now.
    private func step() -> Bool {
        let isDead = left.withLock { left in
            left -= 1
            return left < 0
        }
        if isDead { ledger.fail() }
        return isDead
    }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        if step() { return GatewayAnswer(outcome: .unknown(paymentID: nil)) }
        let answer = await gateway.pay(order, with: card)
        _ = step()
        return answer
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        await gateway.settle(order, sentAt: sentAt)
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        if step() { throw .timedOut }
        defer { _ = step() }
        try await gateway.cancel(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        if step() { throw .timedOut }
        defer { _ = step() }
        return try await gateway.refund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.settleCancel(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.settleRefund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        await gateway.lookUpRefund(paymentID: paymentID, idempotencyKey: idempotencyKey)
    }
}
