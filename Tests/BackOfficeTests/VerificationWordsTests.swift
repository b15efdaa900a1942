import BackOffice
import Failures
@testable import Ledger
import Testing

/// What a check of a ledger found, in words.
struct VerificationWordsTests {
    private static let findings: [LedgerFinding] = [
        .changed(sequence: 7), .unproved(sequence: 8), .missing(9...11), .cutShort(last: 12, expected: 13),
        .rowChanged(resource: "attempt a"), .rowMissing(resource: "attempt b"), .rowUnknown(resource: "attempt c"),
        .damaged(reason: "page 3"), .headMissing(path: "day.key.head"), .headUnreadable(path: "day.key.head"),
        .headLost(sequence: 14, how: "missing"), .schemaChanged(kind: "table", name: "t"),
        .schemaUnknown(kind: "trigger", name: "u"), .schemaMissing(kind: "index", name: "v"), .schemaNewer,
    ]

    @Test func `Each finding has a line of its own`() {
        let lines = Self.findings.map { $0.words([]) }
        #expect(Set(lines).count == lines.count && lines.allSatisfy { !$0.contains("\n") && !$0.isEmpty })
    }

    @Test func `An end that was kept elsewhere proves the log up to that entry`() {
        let head = ChainHead(sequence: 41, code: [UInt8](repeating: 1, count: 32))
        let finding = LedgerFinding.headMissing(path: "day.key.head")
        #expect(finding.words([]).contains("--head FILE"))
        #expect(finding.words([head]).hasSuffix("what was cut off behind entry 41 cannot be told"))
    }

    @Test func `A check reports what it proved, or gives a finding`() {
        var check = LedgerVerification()
        check.entries = 3
        #expect(check.lines([]) == ["3 entries, none changed"] && check.finding("day.ledger") == nil)
        let head = ChainHead(sequence: 1, code: [])
        #expect(check.lines([head]) == ["3 entries, none changed, 1 kept end found in it"])
        check.findings = Self.findings
        #expect(check.lines([]).count == Self.findings.count)
        let failure = check.finding("day.ledger")
        #expect(failure?.status == .finding && failure?.what == "15 findings in 3 entries")
    }
}
