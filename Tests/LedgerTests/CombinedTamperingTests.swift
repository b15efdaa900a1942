import Foundation
import GRDB
import Ledger
import Support
import Testing

/// Several changes of one log at once, at places that a seed chooses, the first and the last entry among them: none
/// hides another.
@Suite(.ownThread) struct CombinedTamperingTests {
    private static let seed = SeededGenerator.seedOfRun()
    private static let rounds = 200
    private static let columns = ["at", "who", "origin", "action", "resource", "success", "detail", "code"]

    /// What is done to one entry, or to two.
    private enum Edit {
        case byte(column: String)
        case unreadable(statement: String)
        case hidden(column: String)
        case removal
        case swap(with: Int)
    }

    @Test func `Each of many changes is found at its place, and no whole entry is called changed`() async throws {
        print("seed \(Self.seed): TONEWALL_SEED=\(Self.seed) tampers at the same places again")
        let probe = try LedgerProbe()
        for number in 0..<8 { try await probe.pay("s\(number)") }
        try Self.tamper(probe)
    }

    /// Round after round of changes, each undone.
    private static func tamper(_ probe: LedgerProbe) throws {
        var random = SeededGenerator(seed: seed)
        let last = probe.ledger.verify().entries
        #expect(last == 40)
        let queue = try DatabaseQueue(path: probe.path)
        try queue.write(LedgerProbe.dropTriggers)
        let original = try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM audit ORDER BY sequence") }
        for round in 0..<rounds {
            let edits = edits(last, &random)
            try queue.write { database in
                for (sequence, edit) in edits.sorted(by: { $0.key < $1.key }) {
                    try make(edit, at: sequence, database, &random)
                }
            }
            check(probe.ledger.verify().ofRows, edits, last, "round \(round), seed \(seed): \(edits)")
            try queue.write { database in
                try database.execute(sql: "DELETE FROM audit")
                for row in original {
                    try database.execute(
                        sql: "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        arguments: StatementArguments(row.databaseValues))
                }
            }
        }
        #expect(probe.ledger.verify().ofRows.isEmpty)
    }

    /// One to eight edits; each third time neighbours, each fourth the first or the last entry.
    private static func edits(_ last: Int, _ random: inout SeededGenerator) -> [Int: Edit] {
        var places: Set<Int> = []
        let first = Int.random(in: 1...last, using: &random)
        for index in 0..<Int.random(in: 1...8, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: places.insert(Bool.random(using: &random) ? 1 : last)
            case 1: places.insert(min(last, first + index))
            default: places.insert(Int.random(in: 1...last, using: &random))
            }
        }
        var edits: [Int: Edit] = [:]
        var rest = Array(places.sorted().shuffled(using: &random))
        while let place = rest.popLast() {
            let column = columns.randomElement(using: &random) ?? "who"
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: edits[place] = .byte(column: column)
            case 2:
                edits[place] = .unreadable(
                    statement: ["success = 7", "detail = CAST(x'FFFE' AS TEXT)", "code = x''"].randomElement(
                        using: &random) ?? "")
            case 3:
                edits[place] = .hidden(column: ["who", "resource", "detail"].randomElement(using: &random) ?? "who")
            case 4: edits[place] = .removal
            default:
                guard let other = rest.popLast() else {
                    edits[place] = .removal
                    break
                }
                edits[place] = .swap(with: other)
            }
        }
        return edits
    }

    private static func make(
        _ edit: Edit, at sequence: Int, _ database: Database, _ random: inout SeededGenerator
    ) throws {
        switch edit {
        case .byte(let column):
            let value = try DatabaseValue.fetchOne(
                database, sql: "SELECT \(column) FROM audit WHERE sequence = ?", arguments: [sequence])
            try database.execute(
                sql: "UPDATE audit SET \(column) = ? WHERE sequence = ?",
                arguments: [value.map { Tampering.changed($0, random.next() >> 1) }, sequence])
        case .unreadable(let statement):
            try database.execute(sql: "UPDATE audit SET \(statement) WHERE sequence = ?", arguments: [sequence])
        case .hidden(let column):
            // What reads text ends at a zero byte.
            try database.execute(
                sql: "UPDATE audit SET \(column) = \(column) || char(0) || 'x' WHERE sequence = ?",
                arguments: [sequence])
        case .removal: try database.execute(sql: "DELETE FROM audit WHERE sequence = ?", arguments: [sequence])
        case .swap(let other):
            for (from, to) in [(sequence, -1), (other, sequence), (-1, other)] {
                try database.execute(sql: "UPDATE audit SET sequence = ? WHERE sequence = ?", arguments: [to, from])
            }
        }
    }

    private static func check(_ findings: [LedgerFinding], _ edits: [Int: Edit], _ last: Int, _ words: String) {
        var (changed, unproved, missing) = (Set<Int>(), Set<Int>(), Set<Int>())
        for finding in findings {
            switch finding {
            case .changed(let sequence): changed.insert(sequence)
            case .unproved(let sequence): unproved.insert(sequence)
            case .missing(let range): missing.formUnion(range)
            case .cutShort(let end, let expected): missing.formUnion(end + 1...expected)
            default: break
            }
        }
        var (altered, removed) = (Set<Int>(), Set<Int>())
        for (place, edit) in edits {
            switch edit {
            case .removal: removed.insert(place)
            case .swap(let other): altered.formUnion([place, other])
            default: altered.insert(place)
            }
        }
        #expect(missing == removed, "\(words)")
        #expect(altered.isSubset(of: changed.union(unproved)), "\(words)")
        #expect(changed.isSubset(of: altered), "\(words)")
        // An unchanged entry is doubtful only after a changed one.
        let behind = Set(altered.union(removed).map { $0 + 1 })
        #expect(unproved.subtracting(altered).isSubset(of: behind), "\(words)")
        // Where the one before is known to be whole, the verdict is certain.
        let doubted = altered.union(removed).union(unproved)
        let certain = altered.filter { !doubted.contains($0 - 1) }
        #expect(certain.isSubset(of: changed), "\(words)")
    }

    @Test func `An unreadable entry behind a gap does not hide the gap`() async throws {
        let probe = try LedgerProbe()
        for number in 0..<3 { try await probe.pay("s\(number)") }
        try probe.tamper("DELETE FROM audit WHERE sequence IN (6, 7); UPDATE audit SET success = 2 WHERE sequence = 8")
        let found = probe.ledger.verify().ofRows
        #expect(found.prefix(2) == [.missing(6...7), .changed(sequence: 8)])
    }

    @Test func `A change after a gap is reported as doubtful`() async throws {
        let probe = try LedgerProbe()
        for number in 0..<3 { try await probe.pay("s\(number)") }
        try probe.tamper("DELETE FROM audit WHERE sequence = 6; UPDATE audit SET who = 'Eve' WHERE sequence = 7")
        let found = probe.ledger.verify().ofRows
        #expect(found.prefix(2) == [.missing(6...6), .unproved(sequence: 7)])
        #expect(!found.contains(.unproved(sequence: 8)) && !found.contains(.changed(sequence: 8)))
    }

    @Test func `A row that cannot be read, or has hidden data, is reported`() async throws {
        let probe = try LedgerProbe()
        for number in 0..<3 { try await probe.pay("s\(number)") }
        try probe.tamper(
            """
            UPDATE attempt SET state = 'gone' WHERE key = 's0-1';
            UPDATE session SET reference = reference || char(0) || 'x' WHERE id = 's1'
            """)
        #expect(
            Set(probe.ledger.verify().ofRows) == [
                .rowChanged(resource: "attempt/s0-1"), .rowChanged(resource: "session/s1"),
            ])
    }
}

/// One byte changed.
enum Tampering {
    /// The value with one byte of it changed, at a place that `draw` chooses.
    static func changed(_ value: DatabaseValue, _ draw: UInt64) -> DatabaseValue {
        switch value.storage {
        case .int64(let number): return (number ^ 1).databaseValue
        case .string(let text):
            var bytes = Array(text.utf8)
            let place = Int(draw % UInt64(bytes.count))
            bytes[place] = bytes[place] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            return String(decoding: bytes, as: UTF8.self).databaseValue
        case .blob(let data):
            var data = data
            data[data.startIndex + Int(draw % UInt64(data.count))] ^= 1 << (draw / 64 % 8)
            return data.databaseValue
        default: return value
        }
    }
}
