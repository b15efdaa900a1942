import AtomicFiles
import CallControl
import DTMF
import Foundation
import Gateway
import Secrets
import Ledger
import PaymentSession
import Support
import Synchronization
import Testing

/// A payment from its opening to its end, and what an earlier one left.
struct OpenPaymentTests {
    private static let address = "https://pay.example"

    /// Lines that belong to no event.
    private final class Notes: Sendable {
        private let held = Mutex<[String]>([])
        var lines: [String] { held.withLock { $0 } }
        var host: CallHost { CallHost(note: { line in self.held.withLock { $0.append(line) } }) }
    }

    /// A gateway that approves everything once it may.
    private final class ApprovingGateway: PaymentGateway {
        let mayAnswer = Atomic<Bool>(true)
        private let closed = Atomic<Bool>(false)
        var isClosed: Bool { closed.load(ordering: .acquiring) }

        func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
            while !mayAnswer.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(1)) }
            return GatewayAnswer(outcome: .approved(Approval(paymentID: "pi_" + order.sessionID)))
        }

        func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
            GatewayAnswer(outcome: .approved(Approval(paymentID: "pi_" + order.sessionID)))
        }

        func cancel(paymentID: String, idempotencyKey: String) async throws(GatewayFault) {}
        func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
            "re"
        }
        func settleCancel(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: nil) }
        func settleRefund(paymentID: String, amount: Money, idempotencyKey: String) async -> ReversalOutcome {
            .done(refundID: "re")
        }
        func lookUpRefund(paymentID: String, idempotencyKey: String) async -> ReversalOutcome { .done(refundID: "re") }

        var account: GatewayAccount {
            GatewayAccount(self, at: OpenPaymentTests.address, of: .test) {
                self.closed.store(true, ordering: .releasing)
            }
        }
    }

    /// Ledgers over one store, each as another process opens it: of those only the last one runs.
    private struct Store {
        let end = MemoryChainHead()
        let digest = HMAC()
        let store: MemoryLedgerStore

        init() { store = MemoryLedgerStore(named: "day.ledger", headStore: end) }

        func ledger(ofProcess id: Int = 1) -> Ledger {
            let own = ProcessIdentity(id: id, start: 1)
            return Ledger(
                in: store, key: AuditKey(digest, headStore: end), by: Origin(who: "clerk", place: "desk"),
                processes: ProcessTable(own: own) { $0 == own })
        }
    }

    private func open(
        _ session: String, _ gateway: ApprovingGateway, _ ledger: Ledger?, _ notes: Notes = Notes(),
        receipt: AtomicFile? = nil
    ) async throws -> OpenPayment {
        let settings = SessionSettings(
            sessionID: session, amount: 4200, currency: "GBP", month: CardExpiry(month: 11, year: 2026)!)
        return try await OpenPayment(
            settings, at: gateway.account, in: ledger, merchant: Merchant("Example Ltd"), receipt: receipt,
            host: notes.host)
    }

    private func key(_ payment: OpenPayment) async {
        await payment.session.send(.command(.collect), at: .zero)
        for key in "4242424242424242*1230*123*" { await payment.session.send(.key(Key(key)!), at: .seconds(1)) }
    }

    @Test(arguments: [true, false])
    func `An approved payment leaves its receipt, and its gateway is released`(hasLedger: Bool) async throws {
        let (folder, gateway, notes) = (TemporaryFolder(), ApprovingGateway(), Notes())
        let file = try AtomicFile(folder("receipt.txt"), permissions: .secret)
        let ledger = hasLedger ? Store().ledger() : nil
        let payment = try await open("A", gateway, ledger, notes, receipt: file)
        payment.sayKind()
        await key(payment)
        await payment.session.hearAnswer { .seconds(2) }
        try await payment.close()
        let receipt = String(decoding: folder.bytes("receipt.txt"), as: UTF8.self)
        #expect(receipt.contains("Example Ltd") && receipt.contains("GBP 42.00") && receipt.contains("pi_A"))
        #expect(gateway.isClosed)
        #expect(try ledger?.entries().map(\.outcome) ?? ["approved"] == ["approved"])
        let words = ["tonewall: TEST: no money moves", "tonewall: no ledger: this payment is written nowhere"]
        #expect(notes.lines == (hasLedger ? Array(words.prefix(1)) : words))
        #expect(payment.terms.patience == .seconds(hasLedger ? 15 : 60))
    }

    @Test func `An abandoned wait leaves the payment open in the ledger, and the next start settles it`() async throws {
        let (gateway, store) = (ApprovingGateway(), Store())
        let (killed, ledger) = (store.ledger(ofProcess: 1), store.ledger(ofProcess: 2))
        gateway.mayAnswer.store(false, ordering: .releasing)
        let first = try await open("A", gateway, killed)
        await key(first)
        // The attempt is written before it is sent.
        for _ in 0..<60_000 where try killed.attempts(of: "A").isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try killed.attempts(of: "A").map(\.state) == [.sending])
        #expect(await first.session.directive.awaitsAnswer)
        await first.abandon()
        #expect(gateway.isClosed)
        let second = try await open("B", gateway, ledger)
        await second.session.send(.hangUp, at: .zero)
        try await second.close()
        #expect(try ledger.entries().first { $0.session.id == "A" }?.charge?.payment == "pi_A")
        #expect(try ledger.openItems().attempts.isEmpty)
        gateway.mayAnswer.store(true, ordering: .releasing)
    }

    @Test func `A name that the ledger already has is refused, and a failed call takes no money`() async throws {
        let (gateway, ledger) = (ApprovingGateway(), Store().ledger())
        let payment = try await open("A", gateway, ledger)
        await #expect(throws: LedgerError.sessionExists(path: "day.ledger", name: "A")) {
            _ = try await open("A", gateway, ledger)
        }
        await payment.abandon()
        #expect(await payment.session.directive.isOver)
        #expect(try ledger.entries().map(\.attempts.count) == [0])
    }

    @Test func `What is open at other gateways is listed, five lines at most`() async throws {
        let (gateway, ledger, notes) = (ApprovingGateway(), Store().ledger(), Notes())
        try await ledger.adopt(.test)
        for number in 0..<8 {
            let order = PaymentOrder(sessionID: "S\(number)", attempt: 1, amount: 100, currency: "GBP", reference: nil)
            let card = CardFacts(brand: .visa, lastFour: "4242", expiry: CardExpiry(month: 12, year: 2034)!)
            try await ledger.begin(order, with: card, at: "https://other.example")
            try await ledger.conclude(order.idempotencyKey, .unknown(paymentID: nil))
        }
        let payment = try await open("A", gateway, ledger, notes)
        #expect(notes.lines.count == 6)
        #expect(
            notes.lines.first == "tonewall: day.ledger: attempt S0-1 is open at https://other.example "
                + "(tonewall ledger reconcile day.ledger --gateway https://other.example)")
        #expect(
            notes.lines.last
                == "tonewall: day.ledger: 3 more are open (tonewall ledger reconcile day.ledger lists them)")
        await payment.abandon()
    }

    @Test func `An open payment is reported with advice`() {
        let identity = PaymentTerms(ledgerPath: "day.ledger", gateway: Self.address)
        #expect(identity.waitWords.hasPrefix("waiting for the gateway's answer, 15 s at most"))
        let none = PaymentTerms(ledgerPath: nil, gateway: Self.address)
        #expect(none.waitWords.contains("60 s at most") && none.waitWords.contains("unknown"))
    }
}
