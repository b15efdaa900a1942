import Foundation
import GRDB
import Ledger
import LedgerSQLite
import PaymentSession
import Support
import Testing

/// The log of a day of payments, tampered with at places that a seed chooses: each is found, and said where.
@Suite(.ownThread) struct DayOfLogTests {
    /// Payments; `TONEWALL_DAY_PAYMENTS` makes it more or fewer.
    private static let count =
        ProcessInfo.processInfo.environment["TONEWALL_DAY_PAYMENTS"].flatMap { Int($0) } ?? 10_000
    private static let seed = SeededGenerator.seedOfRun()

    @Test func `Every entry of a day's log that is changed, removed, inserted or moved is found at its place`()
        async throws
    {
        print("seed \(Self.seed): TONEWALL_SEED=\(Self.seed) chooses the same places again")
        var random = SeededGenerator(seed: Self.seed)
        let day = try Day(try await Self.pay(Self.count))
        let last = day.entries
        #expect(last == Self.count * 5)
        #expect(try day.verify("").isEmpty)

        // Many bytes at a time, too far from each other for one to hide another.
        for _ in 0..<3 { try expectFound(bytesChangedIn: day, &random) }

        let middle = Int.random(in: 100...last - 100, using: &random)
        for gone in [1, middle] {
            let found = try day.verify("DELETE FROM audit WHERE sequence = \(gone)")
            #expect(found.contains(.missing(gone...gone)), "entry \(gone) (seed \(Self.seed))")
        }
        for end in [last - 1, middle] {
            let found = try day.verify("DELETE FROM audit WHERE sequence > \(end)")
            #expect(found.contains(.cutShort(last: end, expected: last)), "cut after \(end) (seed \(Self.seed))")
        }
        let other = (1...last).filter { $0 != middle }.randomElement(using: &random) ?? 1
        for (first, second) in [(middle, middle + 1), (middle, other)] {
            let found = try day.verify(
                """
                UPDATE audit SET sequence = -1 WHERE sequence = \(first);
                UPDATE audit SET sequence = \(first) WHERE sequence = \(second);
                UPDATE audit SET sequence = \(second) WHERE sequence = -1
                """)
            let (front, back) = (min(first, second), max(first, second))
            #expect(found.contains(.changed(sequence: front)), "\(first) and \(second) swapped (seed \(Self.seed))")
            // Neighbours: the one in front is changed, the other cannot be proved behind it.
            #expect(
                found.contains(back == front + 1 ? .unproved(sequence: back) : .changed(sequence: back)),
                "\(first) and \(second) swapped (seed \(Self.seed))")
        }
        let renumbered = try day.verify(
            "DELETE FROM audit WHERE sequence = \(middle); "
                + "UPDATE audit SET sequence = sequence - 1 WHERE sequence > \(middle)")
        #expect(Day.firstChanged(renumbered) == middle, "removed and renumbered at \(middle) (seed \(Self.seed))")
        let inserted = try day.verify(
            """
            UPDATE audit SET sequence = -sequence - 1 WHERE sequence >= \(middle);
            UPDATE audit SET sequence = -sequence WHERE sequence < 0;
            INSERT INTO audit SELECT \(middle), at, who, origin, action, resource, success, detail, code
            FROM audit WHERE sequence = \(middle - 1)
            """)
        #expect(Day.firstChanged(inserted) == middle, "inserted at \(middle) (seed \(Self.seed))")
        for place in [last + 1, 0, -7] {
            let found = try day.verify(
                """
                INSERT INTO audit SELECT \(place), at, who, origin, action, resource, success, detail, code
                FROM audit WHERE sequence = \(middle)
                """)
            #expect(Day.firstChanged(found) == place, "inserted at \(place) (seed \(Self.seed))")
        }
    }

    @Test func `An older copy of a log is found by the stored head, and the command says where it ends`()
        async throws
    {
        let probe = try await Self.pay(40)
        let older = try Day(probe)
        try await probe.pay("later")
        let found = try older.verify("")
        #expect(found == [.cutShort(last: 200, expected: 205)])

        try older.tamper("UPDATE audit SET who = 'Eve' WHERE sequence = 77; DELETE FROM audit WHERE sequence = 99")
        let check = try await LedgerShell(["verify", older.path, "--ledger-key", older.keyPath])
        #expect(check.status == 1)
        #expect(check.output.contains("audit entry 77: changed"))
        #expect(check.output.contains("audit entries 99 to 99: missing"))
        #expect(check.output.contains("audit log ends at 200, but had 205"))
    }

    /// One byte of one column of each of some hundred entries.
    private func expectFound(bytesChangedIn day: Day, _ random: inout SeededGenerator) throws {
        var sequences: [Int] = []
        var next = Int.random(in: 1...50, using: &random)
        while next <= day.entries {
            sequences.append(next)
            next += Int.random(in: 5...day.entries / 60, using: &random)
        }
        let columns = ["at", "who", "origin", "action", "resource", "success", "detail", "code"]
        var statements: [(sequence: Int, column: String)] = []
        for sequence in sequences {
            statements.append((sequence, try #require(columns.randomElement(using: &random))))
        }
        let draw = UInt64.random(in: 0...UInt64(Int.max), using: &random)
        let found = try day.verify { database in
            for (sequence, column) in statements {
                let value = try DatabaseValue.fetchOne(
                    database, sql: "SELECT \(column) FROM audit WHERE sequence = ?", arguments: [sequence])
                try database.execute(
                    sql: "UPDATE audit SET \(column) = ? WHERE sequence = ?",
                    arguments: [value.map { Tampering.changed($0, draw &+ UInt64(sequence)) }, sequence])
            }
        }
        let changed = Set(found.compactMap { if case .changed(let sequence) = $0 { sequence } else { nil } })
        for (sequence, column) in statements {
            #expect(changed.contains(sequence), "\(column) of entry \(sequence) (seed \(Self.seed))")
        }
        #expect(changed.subtracting(sequences).isEmpty, "nothing else is accused (seed \(Self.seed))")
        #expect(!found.contains { if case .unproved = $0 { true } else { false } }, "(seed \(Self.seed))")
    }

    /// A ledger of that many payments, each of five entries.
    private static func pay(_ count: Int) async throws -> LedgerProbe {
        let probe = try LedgerProbe()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<64 {
                group.addTask { [ledger = probe.ledger] in
                    for number in stride(from: worker, to: count, by: 64) {
                        try await LedgerProbe.pay("s\(number)", in: ledger)
                    }
                }
            }
            try await group.waitForAll()
        }
        return probe
    }
}

/// A copy of a ledger, tampered with and put right again as often as wanted.
private struct Day {
    let path: String
    let keyPath: String
    let entries: Int
    private let folder = TemporaryFolder()
    private let probe: LedgerProbe

    init(_ probe: LedgerProbe) throws {
        self.probe = probe
        path = folder("copy.ledger")
        keyPath = probe.path + ".key"
        let copy = path
        try DatabaseQueue(path: probe.path).vacuum(into: copy)
        entries = try DatabaseQueue(path: copy).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") ?? 0 }
    }

    /// What a check finds after `work`, which is undone.
    func verify(_ work: (Database) throws -> Void) throws -> [LedgerFinding] {
        let tampered = folder("tampered.ledger")
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: tampered + end) }
        try FileManager.default.copyItem(atPath: path, toPath: tampered)
        try Self.tamper(tampered, work)
        return try Ledger(tampered, by: Origin(who: "x", place: "y"), keyPath: keyPath, mustExist: true).verify()
            .findings
    }

    func verify(_ statements: String) throws -> [LedgerFinding] {
        try verify { try $0.execute(sql: statements) }
    }

    /// Changes the copy for good.
    func tamper(_ statements: String) throws { try Self.tamper(path) { try $0.execute(sql: statements) } }

    private static func tamper(_ path: String, _ work: (Database) throws -> Void) throws {
        try DatabaseQueue(path: path).write { database in
            try LedgerProbe.withoutTriggers(database, work)
        }
    }

    /// The first entry that is said to be changed.
    static func firstChanged(_ findings: [LedgerFinding]) -> Int? {
        findings.lazy.compactMap { if case .changed(let sequence) = $0 { sequence } else { nil } }.first
    }
}
