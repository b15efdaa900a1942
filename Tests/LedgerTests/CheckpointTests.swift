import Foundation
import GRDB
import Support
import Testing

@testable import Ledger
@testable import LedgerSQLite

/// What was written moves from the log into the database beside the payments.
struct CheckpointTests {
    private let folder = TemporaryFolder()

    private func ledger() throws -> Ledger {
        try Ledger(folder("day.ledger"), by: Origin(who: "clerk", place: "desk"), sync: { nil })
    }

    /// Attempts in the database without its log.
    private func attemptsMoved() throws -> Int {
        let copy = folder("copy.ledger")
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: folder("day.ledger"), toPath: copy)
        return try DatabaseQueue(path: copy).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM attempt") ?? 0 }
    }

    @Test func `A log that grows is moved while the ledger is open, and stays whole`() async throws {
        let ledger = try ledger()
        var paid = 0
        var moved = 0
        // A copy taken amid a movement may be torn: then the next is looked at.
        while moved < 100, paid < 5000 {
            for _ in 0..<100 {
                paid += 1
                try await LedgerProbe.pay("s\(paid)", in: ledger)
            }
            moved = (try? attemptsMoved()) ?? 0
        }
        #expect(moved >= 100)
        #expect(ledger.verify().findings.isEmpty)
    }

    @Test func `The write-ahead log stays bounded under continuous payments`() async throws {
        let ledger = try ledger()
        for number in 1...1500 { try await LedgerProbe.pay("s\(number)", in: ledger) }
        let size = try FileManager.default.attributesOfItem(atPath: folder("day.ledger-wal"))[.size] as? Int
        // Three thousand commits of some ten pages each are 120 MB.
        #expect(try #require(size) < 60 << 20)
        #expect(ledger.verify().findings.isEmpty)
    }
}
