import CallControl
import DTMF
import Foundation
import Gateway
import Glibc
import PaymentSession
import Support

@testable import Ledger
@testable import LedgerSQLite

/// A gateway, two ledgers, and what people ordered: payments, refunds, voids, reconciliations and kills in any order.
struct MoneyWorld {
    static let address = "http://127.0.0.1:9"
    static let names = ["s1", "s2", "s3", "s4"]

    let gateway: FaultyGateway
    let paths: [String]
    var random: SeededGenerator
    /// What was done, for a flaw's message.
    private(set) var history: [String] = []
    /// What a person ordered to be refunded of a payment.
    private var ordered: [String: Int] = [:]
    /// Keys of attempts whose session was cancelled.
    private var cancelled: Set<String> = []
    /// Payments that were reported to an agent as approved.
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

    /// The ledger as a new process opens it: one that nobody takes for alive, so that all it leaves is another's to
    /// settle.
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
            try await reconcile(path, isWell: true)
            try await reconcile(path, isWell: true)
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
        // As `pay` and `live` do: what an earlier process left open is asked for.
        _ = try? await ledger.settleOpen(with: gate, at: Self.address)
        let known = try? ledger.session(name)
        let journal: LedgerJournal
        do throws(LedgerError) {
            journal = try await LedgerJournal(of: settings, in: ledger, through: gate, at: Self.address)
        } catch {
            if gate.hasKilled { return history.append("\(name) killed") }
            guard case .sessionExists = error else { throw error }
            if known == nil { flaws.append("\(name): refused though it is new") }
            return history.append("\(name) refused")
        }
        if known != nil { flaws.append("\(name): taken twice") }
        let session = CallSession(settings, gateway: gate, journal: .kept(journal))
        let isLive = Bool.random(using: &random)
        if isLive { await driveLive(session, gate) } else { await drive(session, ledger) }
        for event in await session.events(after: 0) {
            guard case .notice(.awaitingAnswer(.cancelled)) = event.kind, let key = event.payment.idempotencyKey else {
                continue
            }
            cancelled.insert(key)
        }
        let state = await session.view.state
        history.append("\(name) \(isLive ? "live " : "")\(state)\(gate.hasKilled ? " killed" : "")")
        if case .ended(.approved(let approval)) = state { told.insert(approval.paymentID) }
    }

    private static let card = "4242424242424242*1230*123*"

    /// As `pay` drives a session: an answer is waited for before anything else happens. Keys cards, cancels, hangs up,
    /// and now and then kills the process between two steps.
    private mutating func drive(_ session: CallSession, _ ledger: Ledger) async {
        await session.send(.command(.collect), at: .zero)
        for _ in 0..<3 {
            for key in Self.card { await session.send(.key(Key(key)!), at: .zero) }
            if let event = disturbance { await session.send(event, at: .zero) }
            if isRare { ledger.fail() }
            while await session.directive.awaitsAnswer { await session.hearAnswer { .seconds(1) } }
            guard case .declined = await session.view.state, Bool.random(using: &random) else { break }
            await session.send(.command(.anotherCard), at: .seconds(2))
        }
        if isRare { ledger.fail() }
        if await !session.directive.isOver { await session.send(.hangUp, at: .seconds(3)) }
        await session.waitUntilWritten()
    }

    /// As `live` drives a session: an answer is heard beside whatever else happens, and one that is not there as the
    /// call ends may be left to the next start.
    private mutating func driveLive(_ session: CallSession, _ gate: KillingGateway) async {
        var payment = await DrivenSession(session, clock: CallClock())
        if Bool.random(using: &random) { await payment.send(.command(.secure)) }
        await payment.send(.command(.collect))
        for _ in 0..<3 {
            if isRare {
                for key in Self.card.dropLast() { await payment.send(.key(Key(key)!)) }
                await payment.send(.command(.recollect(.cardNumber)))
            }
            for key in Self.card { await payment.send(.key(Key(key)!)) }
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                await payment.keepTime()
                await Task.yield()
            }
            if let event = disturbance { await payment.send(event) }
            if isRare { gate.kill() }
            if isRare { break }
            while payment.directive.awaitsAnswer {
                await payment.keepTime()
                await Task.yield()
            }
            guard case .declined = await session.view.state, Bool.random(using: &random) else { break }
            await payment.send(.command(.anotherCard))
        }
        let isPatient = Bool.random(using: &random)
        if await !payment.hangUp(within: isPatient ? .seconds(60) : .zero) { gate.kill() }
        await session.waitUntilWritten()
    }

    private var isRare: Bool { mutating get { Int.random(in: 0..<12, using: &random) == 0 } }

    /// What comes between a submission and its answer; `nil` for nothing.
    private var disturbance: SessionEvent? {
        mutating get {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: .command(.cancel)
            case 2: .hangUp
            case 3: .failure(.recorder)
            default: nil
            }
        }
    }

    /// - Parameter isWell: Whether nothing kills the process meanwhile.
    private mutating func reconcile(_ path: String, isWell: Bool = false) async throws {
        let ledger = try process(on: path)
        let gate = KillingGateway(gateway, ledger, at: isWell ? .max : Int.random(in: 0..<20, using: &random))
        let before = gateway.payments.reduce(0) { $0 + $1.givenBack }
        let open = try? await ledger.settleOpen(with: gate, at: Self.address)
        let after = gateway.payments.reduce(0) { $0 + $1.givenBack }
        let back = try? await ledger.refundsSentBack(with: gate, at: Self.address)
        history.append(
            "reconciled, \(open?.attempts.count ?? -1) open, \(after - before) given back, \(back?.count ?? -1) sent back"
                + (gate.hasKilled ? " killed" : ""))
    }

    private mutating func giveBack(on path: String, isVoid: Bool) async throws {
        let ledger = try process(on: path)
        let charges = try ledger.sessions().compactMap { try ledger.charge(of: $0.id) }
        guard let charge = charges.randomElement(using: &random) else { return }
        let amount = isVoid ? nil : [nil, 50, 100].randomElement(using: &random)!
        let gate = KillingGateway(gateway, ledger, at: Int.random(in: 0..<12, using: &random))
        var result = "done"
        do throws(ReversalError) {
            if isVoid {
                _ = try await ledger.void(charge.payment, through: gate, at: Self.address)
            } else {
                _ = try await ledger.refund(charge.payment, amount: amount, through: gate, at: Self.address)
            }
        } catch {
            result = "\(error)"
        }
        // A refused order does not permit a later refund.
        if !Self.refusals.contains(where: result.contains) {
            ordered[charge.payment, default: 0] += amount ?? charge.amount
        }
        let order = "\(isVoid ? "void" : "refund") of \(charge.payment)"
        history.append("\(order): \(result)\(gate.hasKilled ? " killed" : "")")
    }

    /// What is certain to have given nothing back.
    private static let refusals = ["refundOpen", "nothingLeft", "refundTooLarge", "GatewayFault.refused"]

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
