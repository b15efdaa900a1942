import CallControl
import DTMF
import Foundation
import GRDB
import Gateway
import Ledger
import LedgerSQLite
import PaymentSession
import Secrets
import Support
import Synchronization

/// A ledger in a folder of its own.
struct LedgerProbe {
    let folder = TemporaryFolder()
    let ledger: Ledger
    var path: String { folder("day.ledger") }

    init(clock: @escaping @Sendable () -> Date = { Date() }) throws {
        ledger = try Ledger(folder("day.ledger"), by: Origin(who: "clerk", place: "desk"), clock: clock)
    }

    static func csv(_ lines: [ReconciliationLine]) -> String {
        PaymentTableRow.csv(lines.map { $0.row(.utc) }, empty: .emptyLine)
    }

    static let address = "http://127.0.0.1:9"

    static let facts = CardFacts(brand: .visa, lastFour: "4242", expiry: CardExpiry(month: 12, year: 2034)!)

    static func order(_ session: String, _ attempt: Int = 1, amount: Int = 4200) -> PaymentOrder {
        PaymentOrder(sessionID: session, attempt: attempt, amount: amount, currency: "GBP", reference: "R")
    }

    /// A payment on the path of `pay` and `live`: by its keys, through a session with a journal.
    static func pay(
        _ session: String, amount: Int = 4200, through gateway: any PaymentGateway, at address: String = address,
        in ledger: Ledger
    ) async throws -> (state: SessionState, fault: GatewayFault?) {
        let settings = SessionSettings(
            sessionID: session, amount: amount, currency: "GBP", reference: "R",
            month: CardExpiry(month: 11, year: 2026)!,
            isTest: true)
        let journal = try await LedgerJournal(of: settings, in: ledger, through: gateway, at: address)
        let call = CallSession(settings, gateway: gateway, journal: .kept(journal))
        await call.send(.command(.collect), at: .zero)
        for key in "4242424242424242*1234*987*" { await call.send(.key(Key(key)!), at: .zero) }
        while await call.directive.awaitsAnswer { await call.hearAnswer { .seconds(1) } }
        await call.waitUntilWritten()
        return (await call.view.state, await call.fault)
    }

    static func card() -> CardDetails {
        func digits(_ text: String) -> SensitiveDigits {
            var digits = SensitiveDigits()
            for character in text { _ = digits.append(Key(character)!, in: LockedMemory()) }
            return digits
        }
        return CardDetails(
            number: digits("4242424242424242"), securityCode: digits("987"),
            expiry: CardExpiry(month: 12, year: 2034)!, brand: .visa, lastFour: "4242")
    }

    /// A session whose payment was approved as `pi_SESSION`.
    func pay(_ session: String, amount: Int = 4200) async throws {
        try await Self.pay(session, amount: amount, in: ledger)
    }

    static func pay(_ session: String, amount: Int = 4200, in ledger: Ledger) async throws {
        let order = order(session, amount: amount)
        try await ledger.begin(order, with: facts, at: address)
        try await ledger.conclude(order.idempotencyKey, .approved(Approval(paymentID: "pi_" + session)))
        try await ledger.end(order, as: .approved)
    }

    /// Changes the file behind the ledger's back; the triggers that would keep it from there are back afterwards.
    func tamper(_ statement: String) throws {
        try DatabaseQueue(path: path).write { database in
            try Self.withoutTriggers(database) {
                try $0.execute(sql: "PRAGMA ignore_check_constraints = ON")
                try $0.execute(sql: statement)
            }
        }
    }

    static func withoutTriggers(_ database: Database, _ work: (Database) throws -> Void) throws {
        let triggers = try String.fetchAll(database, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        try dropTriggers(database)
        try work(database)
        for trigger in triggers { try database.execute(sql: trigger) }
    }

    static func dropTriggers(_ database: Database) throws {
        try database.execute(
            sql: "DROP TRIGGER IF EXISTS auditIsNotChanged; DROP TRIGGER IF EXISTS auditIsNotShortened")
    }
}

/// A gateway with given answers, which records its requests.
final class ScriptedGateway: PaymentGateway {
    private let outcome: PaymentOutcome
    private let onPay: @Sendable () -> Void
    private let asked = Mutex<[String]>([])
    let refundFault: GatewayFault?

    init(_ outcome: PaymentOutcome, refundFault: GatewayFault? = nil, onPay: @escaping @Sendable () -> Void = {}) {
        self.outcome = outcome
        self.refundFault = refundFault
        self.onPay = onPay
    }

    /// What was asked, in order.
    var log: [String] { asked.withLock { $0 } }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        asked.withLock { $0.append("pay \(order.idempotencyKey)") }
        onPay()
        return GatewayAnswer(outcome: outcome)
    }

    func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        asked.withLock { $0.append("settle \(order.idempotencyKey)") }
        return GatewayAnswer(outcome: outcome)
    }

    func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {
        asked.withLock { $0.append("cancel \(paymentID)") }
        if let refundFault { throw refundFault }
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        asked.withLock { $0.append("refund \(idempotencyKey)") }
        if let refundFault { throw refundFault }
        return "re_1"
    }

    func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        asked.withLock { $0.append("settle \(idempotencyKey)") }
        return refundFault.map { .unknown($0) } ?? .done(refundID: nil)
    }

    func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
        asked.withLock { $0.append("settle \(idempotencyKey)") }
        return refundFault.map { .unknown($0) } ?? .done(refundID: "re_1")
    }
    func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome {
        asked.withLock { $0.append("look up \(idempotencyKey)") }
        return refundFault.map { .notDone($0) } ?? .done(refundID: "re_1")
    }
}

extension Ledger {
    /// The audit log, from its first entry on.
    func auditEntries() throws -> [AuditEntry] {
        try store.read { reader in
            try reader.rows(.all.ordered(by: "sequence"), of: AuditEntry.shape).map { try AuditEntry($0) }
        }
    }
}

extension LedgerVerification {
    /// What was found of entries and rows, in a file whose triggers are gone.
    var ofRows: [LedgerFinding] {
        findings.filter { if case .schemaMissing(kind: "trigger", _) = $0 { false } else { true } }
    }
}
