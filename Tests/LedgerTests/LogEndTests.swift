import Foundation
import GRDB
import Ledger
import LedgerSQLite
import Support
import Testing

/// What the stored head of the log proves, and the finding if it is missing.
@Suite(.ownThread) struct LogEndTests {
    private let probe: LedgerProbe
    private var head: String { probe.path + ".key.head" }

    init() throws { probe = try LedgerProbe() }

    private func opened() throws -> Ledger { try Ledger(probe.path, by: Origin(who: "x", place: "y")) }

    private func spoil(_ way: String) throws {
        switch way {
        case "missing": try FileManager.default.removeItem(atPath: head)
        case "empty": try Data().write(to: URL(fileURLWithPath: head))
        case "short":
            let text = try String(contentsOfFile: head, encoding: .utf8)
            try text.dropLast(9).write(toFile: head, atomically: true, encoding: .utf8)
        case "folder":
            try FileManager.default.removeItem(atPath: head)
            try FileManager.default.createDirectory(atPath: head, withIntermediateDirectories: false)
        default: try "not an end at all\n".write(toFile: head, atomically: true, encoding: .utf8)
        }
    }

    @Test(arguments: ["missing", "empty", "short", "garbage", "folder"], [0, 3])
    func `Without a stored head, a whole log and an emptied one are a finding`(way: String, payments: Int) async throws
    {
        for number in 0..<payments { try await probe.pay("s\(number)") }
        #expect(probe.ledger.verify().findings.isEmpty)
        try spoil(way)
        let expected: LedgerFinding = way == "missing" ? .headMissing(path: head) : .headUnreadable(path: head)
        #expect(probe.ledger.verify().findings == [expected])
        let said = try await LedgerShell(["verify", probe.path])
        #expect(said.status == 1 && said.errors.split(separator: "\n").count == 1, "\(said.errors)")
        #expect(said.output.contains("cannot be told") && said.output.contains("--head"), "\(said.output)")
        try probe.tamper("DELETE FROM audit; DELETE FROM charge; DELETE FROM attempt; DELETE FROM session")
        #expect(probe.ledger.verify().findings == [expected])
    }

    @Test func `An end that was kept elsewhere proves the log up to there`() async throws {
        for number in 0..<3 { try await probe.pay("s\(number)") }
        let kept = probe.folder("heads.txt")
        for _ in 0..<2 {
            let day = try await LedgerShell(["reconcile", probe.path, "--head", kept, "--csv", probe.folder("day.csv")])
            #expect(day.status == 0 && day.output.contains("head  0000000000000000015 "), "\(day.output) \(day.errors)")
        }
        // No file that is something else gets a line, least of all the ledger's own.
        let letter = probe.folder.write(Array("Dear payer,\n".utf8), to: "letter")
        for (option, file) in [("--head", letter), ("--head", probe.path), ("--csv", probe.path), ("--csv", head)] {
            let before = FileManager.default.contents(atPath: file)
            let refused = try await LedgerShell(["reconcile", probe.path, option, file])
            #expect(refused.status == 64, "\(refused.errors)")
            #expect(FileManager.default.contents(atPath: file) == before)
        }
        try await probe.pay("later")
        let whole = try await LedgerShell(["verify", probe.path, "--head", kept])
        #expect(whole.status == 0 && whole.output == "20 entries, none changed, 2 kept ends found in it\n", "\(whole)")

        // Who can write the ledger and its stored head takes the last payments out of both.
        try FileManager.default.removeItem(atPath: head)
        try probe.tamper("DELETE FROM audit WHERE sequence > 12; DELETE FROM charge WHERE payment = 'pi_s2'")
        let cut = try await LedgerShell(["verify", probe.path, "--head", kept])
        #expect(cut.status == 1 && cut.output.contains("audit log ends at 12, but had 15"), "\(cut.output)")

        for garbage in ["", "x\n", "12 abc\n", "-1 " + String(repeating: "ab", count: 32) + "\n"] {
            let file = probe.folder.write(Array(garbage.utf8), to: "garbage")
            #expect(try await LedgerShell(["verify", probe.path, "--head", file]).status == 65)
        }
        #expect(try await LedgerShell(["verify", probe.path, "--head", probe.folder("none")]).status == 66)
    }

    @Test(arguments: ["missing", "garbage"])
    func `A writer without a stored head records that before it stores a new one`(way: String)
        async throws
    {
        try await probe.pay("s0")
        try spoil(way)
        try probe.tamper("DELETE FROM audit WHERE sequence > 3")
        let next = try opened()
        try await LedgerProbe.pay("s1", in: next)
        let found = next.verify().findings
        #expect(found.contains(.headLost(sequence: 4, how: way == "missing" ? "missing" : "unreadable")), "\(found)")
        // Whoever has looked at it and kept an end since knows.
        #expect(
            !next.verify(against: [try next.end()]).findings.contains { if case .headLost = $0 { true } else { false } }
        )
    }

    @Test func `An older copy that is written to again is found for good`() async throws {
        try await probe.pay("s0")
        let copy = probe.folder("older")
        try await DatabaseQueue(path: probe.path).vacuum(into: copy)
        for number in 1..<4 { try await probe.pay("s\(number)") }
        let file = probe.folder("copy.ledger")
        try FileManager.default.copyItem(atPath: copy, toPath: file)
        for end in [".key", ".key.head"] {
            try FileManager.default.copyItem(atPath: probe.path + end, toPath: file + end)
        }
        let ledger = try Ledger(file, by: Origin(who: "x", place: "y"))
        #expect(ledger.verify().findings == [.cutShort(last: 5, expected: 20)])
        for number in 0..<5 { try await LedgerProbe.pay("new\(number)", in: ledger) }
        #expect(ledger.verify().findings == [.headLost(sequence: 6, how: "of another or a longer chain")])
    }

    @Test func `A new ledger beside an old key differs from an emptied one by its head`() async throws {
        try await probe.pay("s0")
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: probe.path + end) }
        let new = try opened()
        #expect(new.verify().findings == [.cutShort(last: 0, expected: 5)])
    }
}
