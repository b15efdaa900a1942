import Gateway
import Secrets
import LedgerHost
import PaymentSession
import Support
import Testing

@testable import Ledger
@testable import LedgerSQLite

/// What every store of a ledger does alike. A new one is one more case of ``StoreKind``.
struct StoreConformanceTests {
    @Test(arguments: StoreKind.allCases)
    func `A payment, its refund and its books are kept, and proved by the log`(kind: StoreKind) async throws {
        let place = StorePlace(kind)
        defer { withExtendedLifetime(place) {} }
        let ledger = try place.ledger()
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_1")))
        #expect(try await LedgerProbe.pay("a", through: gateway, in: ledger).fault == nil)
        _ = try await ledger.refund("pi_1", amount: 1200, through: gateway, at: LedgerProbe.address)
        await #expect(throws: LedgerError.refundTooLarge(left: 3000, currency: "GBP")) {
            try await ledger.beginRefund(of: "pi_1", amount: 3001, isVoid: false, at: LedgerProbe.address)
        }
        await #expect(throws: LedgerError.sessionExists(path: ledger.path, name: "a")) {
            _ = try await LedgerProbe.pay("a", through: gateway, in: ledger)
        }
        let entry = try #require(try ledger.entries().first)
        #expect(entry.outcome == "partly-refunded" && entry.isTest && entry.refunds.map(\.amount) == [1200])
        #expect(try ledger.reconciliation().map(\.outcome) == ["partly-refunded"])
        #expect(try ledger.givenBack().map(\.refund.amount) == [1200])
        for name in ["a", "pi_1", "a-1"] { #expect(try ledger.payment(named: name).payment == "pi_1") }
        let (verification, end) = (ledger.verify(), try ledger.end())
        #expect(verification.findings.isEmpty && verification.entries == end.sequence)
    }

    @Test(arguments: StoreKind.allCases)
    func `A change that fails leaves nothing, not even in the log`(kind: StoreKind) async throws {
        struct Stop: Error {}
        let place = StorePlace(kind)
        defer { withExtendedLifetime(place) {} }
        let ledger = try place.ledger()
        try await LedgerProbe.pay("a", in: ledger)
        let (entries, sessions) = (try ledger.auditEntries(), try ledger.sessions())
        await #expect(throws: LedgerError.self) {
            try await ledger.change(isDurable: true) { transaction, log in
                var session = try #require(try SessionRecord.find("a", in: transaction))
                session.state = .voided
                try session.update(in: transaction)
                try log.add("session.ended", session, to: transaction)
                let row = try NewRow(ReceiptRecord(id: "r", payment: "pi_a", address: "x", sent: 1))
                try log.insert(row, as: "receipt.sent", to: transaction)
                throw Stop()
            }
        }
        #expect(try ledger.auditEntries() == entries)
        #expect(try ledger.sessions() == sessions)
        #expect(try ledger.receipts(for: "pi_a").isEmpty)
        #expect(ledger.verify().findings.isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `Unique values stay unique, and a row is changed only from its known state`(kind: StoreKind) async throws {
        let place = StorePlace(kind)
        defer { withExtendedLifetime(place) {} }
        let ledger = try place.ledger()
        try await LedgerProbe.pay("a", in: ledger)
        for charge in [charge("pi_a", of: "a-1"), charge("pi_b", of: "a-1")] {
            let row = try NewRow(charge)
            await #expect(throws: LedgerError.self) {
                try await ledger.change(isDurable: false) { transaction, log in
                    try log.insert(row, as: "charge.taken", to: transaction)
                }
            }
        }
        let known = try ledger.charge("pi_a")
        var (other, wanted) = (known, known)
        other.refunded = 7
        wanted.refunded = 9
        let (stale, fresh) = (ChangedRow(wanted, from: other), ChangedRow(wanted, from: known))
        let results = try await ledger.change(isDurable: false) { transaction, log in
            [
                try log.update(stale, as: "charge.refunding", in: transaction),
                try log.update(fresh, as: "charge.refunding", in: transaction),
            ]
        }
        #expect(results == [false, true])
        #expect(try ledger.charge("pi_a").refunded == 9)
        #expect(ledger.verify().findings.isEmpty)
    }

    private func charge(_ payment: String, of attempt: String) -> ChargeRecord {
        ChargeRecord(
            payment: payment, attempt: attempt, amount: 1, currency: "GBP", state: .taken, refunded: 0, taken: 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Of many concurrent changes each is made once, and the chain is complete`(kind: StoreKind) async throws {
        let place = StorePlace(kind)
        defer { withExtendedLifetime(place) {} }
        let ledger = try place.ledger()
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<120 {
                // Each name is used by three.
                group.addTask { (try? await ledger.open(LedgerProbe.order("s\(number % 40)"))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 40)
        #expect(try ledger.sessions().count == 40)
        #expect(try ledger.auditEntries().map(\.sequence) == Array(1...40))
        #expect(ledger.verify().findings.isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func `After a lost write, writes are refused and reads work`(kind: StoreKind) async throws {
        let place = StorePlace(kind)
        defer { withExtendedLifetime(place) {} }
        let ledger = try place.ledger()
        try await LedgerProbe.pay("a", in: ledger)
        ledger.fail()
        await #expect {
            try await LedgerProbe.pay("b", in: ledger)
        } throws: { error in
            if case .notOnDisk(ledger.path, _) = error as? LedgerError { true } else { false }
        }
        #expect(try ledger.sessions().map(\.id) == ["a"])
        #expect(ledger.verify().findings.isEmpty)
    }

    @Test func `Stores give the same rows for the same random selections`() async throws {
        let seed = SeededGenerator.seedOfRun()
        print("seed \(seed): TONEWALL_SEED=\(seed) chooses the same again")
        var random = SeededGenerator(seed: seed)
        let places = StoreKind.allCases.map(StorePlace.init)
        let ledgers = try places.map { try $0.ledger() }
        let rows = (0..<60).map { Self.receipt($0, &random) }
        for ledger in ledgers {
            for session in 0..<5 { try await LedgerProbe.pay("s\(session)", in: ledger) }
            try await ledger.change(isDurable: false) { transaction, log in
                for row in rows { try log.insert(NewRow(row), as: "receipt.sent", to: transaction) }
            }
        }
        for _ in 0..<300 {
            let selection = Self.selection(&random)
            let answers = try ledgers.map { ledger in
                try ledger.store.read { try $0.rows(selection, of: ReceiptRecord.shape) }
            }
            #expect(answers.allSatisfy { $0 == answers[0] }, "\(selection)")
        }
        withExtendedLifetime(places) {}
    }

    private static let texts = ["a", "A", "aé", "z", "€", "𝄞", "", "a'b", "\u{E000}", "10", "9"]

    private static func receipt(_ number: Int, _ random: inout SeededGenerator) -> ReceiptRecord {
        ReceiptRecord(
            id: "r\(number)", payment: "pi_s\(Int.random(in: 0..<5, using: &random))",
            address: texts.randomElement(using: &random) ?? "", sent: Int.random(in: -5...5, using: &random))
    }

    /// The order is total, because equal rows may come in any order.
    private static func selection(_ random: inout SeededGenerator) -> Selection {
        let text = texts.randomElement(using: &random) ?? ""
        let low = Int.random(in: -6...6, using: &random)
        let conditions: [Selection.Condition] = [
            .equals("address", .text(text)), .isOneOf("address", [text, "a'b", "z"]), .isSet("address"),
            .isWithin("sent", low..<(low + 4)), .equals("sent", .number(low)),
        ]
        let condition = conditions.randomElement(using: &random) ?? .isSet("id")
        let selection =
            Bool.random(using: &random)
            ? Selection.rows(where: condition)
            : Selection.rows(where: condition, .isWithin("sent", -2..<3))
        return switch Int.random(in: 0..<3, using: &random) {
        case 0: selection.ordered(by: "address", "id")
        case 1: selection.newestFirst(by: "sent").ordered(by: "address").newestFirst(by: "id")
        default: selection.ordered(by: "sent", "id")
        }
    }
}

/// The stores that there are.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }
}

/// Where a store of some kind lies, as long as it is kept.
final class StorePlace {
    private let kind: StoreKind
    private let folder = TemporaryFolder()

    init(_ kind: StoreKind) { self.kind = kind }

    func ledger() throws -> Ledger {
        let origin = Origin(who: "clerk", place: "desk")
        switch kind {
        case .sqlite: return try Ledger(folder("day.ledger"), by: origin)
        case .memory:
            let key = AuditKey(HMAC(key: SecureRandom.bytes(32)), headStore: MemoryChainHead())
            return Ledger(in: MemoryLedgerStore(headStore: key.headStore), key: key, by: origin, processes: .system)
        }
    }
}
