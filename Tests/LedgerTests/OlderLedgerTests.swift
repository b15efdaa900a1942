import Foundation
import GRDB
import Gateway
import Ledger
import LedgerSQLite
import PaymentSession
import Support
import Testing

/// A ledger that version 3 of the schema wrote: two payments by the mock, and a session whose name was used twice.
struct OlderLedgerTests {
    private let folder = TemporaryFolder()
    private var path: String { folder("old.ledger") }

    init() throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/ledgers")
        let script = try String(contentsOf: fixtures.appendingPathComponent("version-3.sql"), encoding: .utf8)
        var configuration = Configuration()
        // The script makes its tables in the order of their names.
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { try $0.execute(sql: script) }
        let end = try database.read {
            try #require(try Row.fetchOne($0, sql: "SELECT sequence, hex(code) FROM audit ORDER BY sequence DESC"))
        }
        let (number, code): (Int, String) = (end[0], end[1])
        let text = String(repeating: "0", count: 19 - "\(number)".count) + "\(number) \(code.lowercased())\n"
        try text.write(toFile: path + ".key.head", atomically: true, encoding: .utf8)
        try database.close()
        try FileManager.default.copyItem(
            at: fixtures.appendingPathComponent("version-3.key"), to: URL(fileURLWithPath: path + ".key"))
    }

    private func open() throws -> Ledger { try Ledger(path, by: Origin(who: "x", place: "y")) }

    @Test func `An old ledger is taken over completely, its rows proved by its log`() throws {
        let ledger = try open()
        #expect(ledger.verify().findings.isEmpty)
        #expect(try ledger.entries().map(\.session.id) == ["ONE", "DUP"])
        #expect(try ledger.attempts(of: "ONE").map(\.order.idempotencyKey) == ["ONE-1"])
    }

    @Test func `A payment under a name that was used twice is listed, and not refunded`() async throws {
        let ledger = try open()
        let gateway = ScriptedGateway(.unreachable)
        let address = try #require(try ledger.attempts(of: "DUP").first?.gateway)
        let open = try await ledger.settleOpen(with: gateway, at: address)
        #expect(open.proposals.map(\.session) == ["DUP"] && open.proposals.map(\.isOrdered) == [false])
        #expect(gateway.log.isEmpty)
        #expect(try ledger.charge(of: "DUP")?.state == .taken)
        #expect(try ledger.session("DUP").state == .failed)
    }

    @Test func `An old ledger is of tests if every gateway was on this machine, else of real payments`() async throws {
        #expect(try open().kind() == .test)
        await #expect(throws: LedgerError.holdsOtherKind(path: path, .test)) { try await open().adopt(.real) }
        let database = try DatabaseQueue(path: path)
        try await database.write {
            try $0.execute(sql: "UPDATE attempt SET gateway = 'https://pay.example' WHERE session = 'ONE'")
        }
        #expect(try open().kind() == .real)
        await #expect(throws: LedgerError.holdsOtherKind(path: path, .real)) { try await open().adopt(.test) }
    }

    @Test func `Its sessions' names are used up, and new ones have keys of the ledger's own`() async throws {
        let ledger = try open()
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_new")))
        await #expect(throws: LedgerError.sessionExists(path: path, name: "ONE")) {
            _ = try await LedgerProbe.pay("ONE", through: gateway, in: ledger)
        }
        _ = try await LedgerProbe.pay("NEW", through: gateway, in: ledger)
        #expect(gateway.log.count == 1 && gateway.log.first?.hasSuffix("-NEW-1") == true)
        #expect(ledger.verify().findings.isEmpty)
    }
}
