import Foundation
import GRDB
import Ledger
import LedgerSQLite
import Support
import Testing

/// A log in which any byte changed, removed or reordered is found, and said where.
@Suite(.ownThread) struct AuditTests {
    /// A ledger with a day's worth of small changes, closed, to be copied and tampered with.
    private func day(_ sessions: Int) async throws -> LedgerProbe {
        let probe = try LedgerProbe()
        for number in 0..<sessions { try await probe.pay("s\(number)") }
        return probe
    }

    @Test func `Any byte of any entry changed is found at that entry`() async throws {
        let probe = try await day(3)
        let entries = try probe.ledger.auditEntries()
        #expect(entries.count == 15)
        #expect(probe.ledger.verify().ofRows.isEmpty)
        let queue = try DatabaseQueue(path: probe.path)
        try await queue.write(LedgerProbe.dropTriggers)
        var tampered = 0
        for entry in entries {
            for column in ["at", "who", "origin", "action", "resource", "success", "detail", "code"] {
                let value = try Self.value(of: column, in: entry.sequence, queue)
                for changed in Self.changes(of: value) {
                    try await queue.write {
                        try $0.execute(
                            sql: "UPDATE audit SET \(column) = ? WHERE sequence = ?",
                            arguments: [changed, entry.sequence])
                    }
                    let found = probe.ledger.verify().ofRows
                    #expect(found.contains(.changed(sequence: entry.sequence)), "\(column) of \(entry.sequence)")
                    #expect(
                        !found.contains { if case .changed(let other) = $0 { other < entry.sequence } else { false } })
                    tampered += 1
                }
                try await queue.write {
                    try $0.execute(
                        sql: "UPDATE audit SET \(column) = ? WHERE sequence = ?", arguments: [value, entry.sequence])
                }
            }
        }
        #expect(tampered > 500)
        #expect(probe.ledger.verify().ofRows.isEmpty)
    }

    private static func value(of column: String, in sequence: Int, _ queue: DatabaseQueue) throws -> DatabaseValue {
        let value = try queue.read {
            try DatabaseValue.fetchOne($0, sql: "SELECT \(column) FROM audit WHERE sequence = ?", arguments: [sequence])
        }
        return try #require(value)
    }

    /// The value with one byte of it changed: the first, the last and some between.
    private static func changes(of value: DatabaseValue) -> [DatabaseValue] {
        switch value.storage {
        case .int64(let number): [(number ^ 1).databaseValue, (number + 256).databaseValue]
        case .string(let text):
            stride(from: 0, to: text.utf8.count, by: max(1, text.utf8.count / 5)).map { position in
                var bytes = Array(text.utf8)
                bytes[position] = bytes[position] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
                return String(decoding: bytes, as: UTF8.self).databaseValue
            }
        case .blob(let data):
            [0, 15, 31].map { position in
                var data = data
                data[position] ^= 0x10
                return data.databaseValue
            }
        default: []
        }
    }

    @Test(arguments: [1, 2, 7, 14]) func `A removed entry is found where it was`(sequence: Int) async throws {
        let probe = try await day(3)
        try probe.tamper("DELETE FROM audit WHERE sequence = \(sequence)")
        #expect(probe.ledger.verify().ofRows.contains(.missing(sequence...sequence)))
    }

    @Test func `Entries removed and renumbered are found`() async throws {
        let probe = try await day(3)
        try probe.tamper(
            "DELETE FROM audit WHERE sequence = 7; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 7")
        let found = probe.ledger.verify().ofRows
        #expect(found.contains(.changed(sequence: 7)))
        #expect(found.contains(.cutShort(last: 14, expected: 15)))
    }

    @Test func `A log that was cut short is found by the stored head`() async throws {
        let probe = try await day(3)
        try probe.tamper("DELETE FROM audit WHERE sequence > 10")
        #expect(probe.ledger.verify().ofRows.contains(.cutShort(last: 10, expected: 15)))
    }

    @Test func `A head is stored again after its file was removed or replaced`() async throws {
        let probe = try await day(1)
        let head = probe.path + ".key.head"
        try FileManager.default.removeItem(atPath: head)
        try await probe.pay("after")
        #expect(try String(contentsOfFile: head, encoding: .utf8).hasPrefix("0000000000000000010 "))
        // Its own text, in another file.
        try FileManager.default.copyItem(atPath: head, toPath: head + ".copy")
        try FileManager.default.removeItem(atPath: head)
        try FileManager.default.moveItem(atPath: head + ".copy", toPath: head)
        try await probe.pay("again")
        #expect(try String(contentsOfFile: head, encoding: .utf8).hasPrefix("0000000000000000015 "))
        #expect(probe.ledger.verify().ofRows.isEmpty)
    }

    @Test(arguments: [(1, 2), (4, 5), (3, 12)]) func `Entries that changed places are found`(first: Int, second: Int)
        async throws
    {
        let probe = try await day(3)
        try probe.tamper(
            """
            UPDATE audit SET sequence = 1000 WHERE sequence = \(first);
            UPDATE audit SET sequence = \(first) WHERE sequence = \(second);
            UPDATE audit SET sequence = \(second) WHERE sequence = 1000
            """)
        let found = probe.ledger.verify().ofRows
        #expect(found.contains(.changed(sequence: first)))
        #expect(found.contains(second == first + 1 ? .unproved(sequence: second) : .changed(sequence: second)))
    }

    @Test func `A row changed, removed or added without a log entry is found`() async throws {
        let probe = try await day(3)
        try probe.tamper(
            """
            UPDATE charge SET amount = 1 WHERE payment = 'pi_s0';
            DELETE FROM charge WHERE payment = 'pi_s1';
            INSERT INTO receipt VALUES ('x', 'pi_s2', 'a@example.com', 5)
            """)
        #expect(
            Set(probe.ledger.verify().ofRows) == [
                .rowChanged(resource: "charge/pi_s0"), .rowMissing(resource: "charge/pi_s1"),
                .rowUnknown(resource: "receipt/x"),
            ])
    }

    @Test func `Ordinary changes of the log are refused`() async throws {
        let probe = try await day(1)
        let queue = try DatabaseQueue(path: probe.path)
        await #expect(throws: DatabaseError.self) { try await queue.write { try $0.execute(sql: "DELETE FROM audit") } }
        await #expect(throws: DatabaseError.self) {
            try await queue.write { try $0.execute(sql: "UPDATE audit SET who = 'x'") }
        }
    }

    @Test func `Another key proves nothing, and a missing one is an error`() async throws {
        let probe = try await day(1)
        try FileManager.default.removeItem(atPath: probe.path + ".key")
        #expect(throws: LedgerError.keyMissing(path: probe.path + ".key")) {
            try Ledger(probe.path, by: Origin(who: "x", place: "y"))
        }
        probe.folder.write(Array((String(repeating: "ab", count: 32) + "\n").utf8), to: "day.ledger.key")
        let other = try Ledger(probe.path, by: Origin(who: "x", place: "y"))
        #expect(other.verify().findings.count == 5)
    }

    @Test func `A file that is not a ledger is an error that names it`() {
        let folder = TemporaryFolder()
        let path = folder.write(Array("not a database at all, but some text".utf8), to: "x")
        folder.write(Array((String(repeating: "ab", count: 32) + "\n").utf8), to: "x.key")
        #expect {
            try Ledger(path, by: Origin(who: "x", place: "y"))
        } throws: { error in
            if case .notALedger(let named, _) = error as? LedgerError { named == path } else { false }
        }
        #expect(throws: LedgerError.notFound(path: folder("y"))) {
            try Ledger(folder("y"), by: Origin(who: "x", place: "y"), mustExist: true)
        }
    }
}
