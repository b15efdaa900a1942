import Foundation
import Support
import Testing
import Verification

@testable import Archive

/// A folder with a clean recording, one with a digit, one with a fragment and one that is none.
private func archive() -> TemporaryFolder {
    let folder = TemporaryFolder()
    try? FileManager.default.createDirectory(atPath: folder("sub"), withIntermediateDirectories: true)
    var (clean, digit, fragment) = (Sound(), Sound(), Sound())
    clean.silence(1)
    digit.silence(0.3)
    digit.pair(770, 1336, seconds: 0.1)
    digit.silence(0.3)
    fragment.silence(0.3)
    fragment.pair(697, 1477, seconds: 0.012)
    fragment.silence(0.3)
    folder.write(WAVBytes(samples: clean.integers).bytes, to: "clean.wav")
    folder.write(WAVBytes(samples: digit.integers).bytes, to: "sub/digit.wav")
    folder.write(WAVBytes(samples: fragment.integers).bytes, to: "sub/fragment")
    folder.write(Array("no audio at all".utf8), to: "text.wav")
    folder.write(Array("notes".utf8), to: "notes.txt")
    return folder
}

struct ArchiveTests {
    @Test func `A folder's recordings are found by name and by their first bytes`() {
        let folder = archive()
        folder.write([], to: ".redacting-clean.wav")
        let list = RecordingList([folder.path])
        #expect(list.items.map(\.name) == ["clean.wav", "sub/digit.wav", "sub/fragment", "text.wav"])
        #expect(list.otherFiles == [folder("notes.txt")])
        #expect(list.passedOver == [PassedOver(path: folder(".redacting-clean.wav"), reason: .unfinished)])
        #expect(RecordingList(["/nonexistent"]).paths == ["/nonexistent"])
    }

    @Test(arguments: [1, 3])
    func `Verdicts come in order, whatever runs side by side`(jobs: Int) async throws {
        let folder = archive()
        let paths = RecordingList([folder.path]).paths
        var verdicts: [Verdict] = []
        let told = try await ArchiveRun.hear(
            paths, jobs: jobs, options: HearingOptions(), known: { _ in nil }, goOn: { _ in true },
            { judgement, _ in verdicts.append(judgement.verdict) })
        #expect(verdicts == [.clean, .digits, .fragments, .unjudged])
        #expect(told == 4)
    }

    @Test func `A run that is stopped tells only what it heard whole`() async throws {
        let folder = archive()
        let told = try await ArchiveRun.hear(
            RecordingList([folder.path]).paths, jobs: 1, options: HearingOptions(), known: { _ in nil },
            goOn: { _ in false }, { _, _ in })
        #expect(told == 0)
    }

    @Test func `A judgement is kept until the file or the version changes`() throws {
        let folder = archive()
        let path = folder("sub/digit.wav")
        let judgement = try #require(RecordingJudgement.hear(path))
        let state = try ArchiveState(path: folder("state"), version: "1")
        try state.keep(judgement)
        let known = try #require(state.judgement(of: path, withDigest: false))
        #expect(known.verdict == .digits && known.frames == judgement.frames)
        #expect(known.findings.map(\.start) == judgement.findings.map(\.start))
        #expect(known.findings.allSatisfy { $0.lowHz == 0 && $0.highHz == 0 })
        #expect(state.judgement(of: path, withDigest: true) == nil)
        #expect(try ArchiveState(path: folder("state"), version: "2").judgement(of: path, withDigest: false) == nil)
        folder.write(folder.bytes("sub/digit.wav") + [0, 0], to: "sub/digit.wav")
        #expect(state.judgement(of: path, withDigest: false) == nil)
    }

    @Test func `No table holds a key unless it is asked for`() throws {
        let folder = archive()
        let judgement = try #require(RecordingJudgement.hear(folder("sub/digit.wav")))
        let masked = JudgementRecord(judgement, revealed: false, reason: nil, warning: nil)
        #expect(masked.findings.map(\.digit) == [nil])
        let object = String(decoding: try JSONEncoder().encode(masked), as: UTF8.self)
        #expect(!object.contains("hz") && !object.contains("\"5\""))
        let told = JudgementRecord(judgement, revealed: true, reason: nil, warning: nil)
        #expect(told.findings.map(\.digit) == ["5"])
        #expect(CommaSeparated.lines(told).contains(",5,"))
    }

    @Test func `Names that are markup, formulas or quotes stay names`() {
        var judgement = RecordingJudgement(path: "=cmd|\"<b>&'.wav")
        judgement.failure = .endsEarly(heard: 1, promised: 2)
        let record = JudgementRecord(judgement, revealed: false, reason: "a, \"b\"", warning: nil)
        #expect(CommaSeparated.lines(record).hasPrefix("\"'=cmd|\"\"<b>&'.wav\",unjudged"))
        var totals = ArchiveTotals()
        totals.add(record)
        let document = JUnit.document([record], totals: totals, isPartial: true)
        #expect(document.contains("name=\"=cmd|&quot;&lt;b&gt;&amp;&#39;.wav\""))
        #expect(document.contains("errors=\"1\"") && document.contains("partial"))
    }
}

struct ReportTests {
    /// A report over an archive, its folder and the key that signed it.
    private func report() throws -> (archive: TemporaryFolder, report: TemporaryFolder, key: String) {
        let (folder, reportFolder) = (archive(), TemporaryFolder())
        let key = reportFolder("key.pem")
        let options = HearingOptions(takesDigests: true)
        var report = try ReportFolder(reportFolder("report"), options: options, revealed: false)
        var totals = ArchiveTotals()
        for path in RecordingList([folder.path]).paths {
            let judgement = try #require(RecordingJudgement.hear(path, options: options))
            let record = JudgementRecord(
                judgement, revealed: false, reason: judgement.failure.map { _ in "broken" }, warning: nil)
            totals.add(record)
            try report.add(judgement, record)
        }
        try report.finish(
            tool: "test", time: Date(timeIntervalSince1970: 0), settings: [:], totals: totals, isPartial: false,
            key: .privateKey(at: key))
        return (folder, reportFolder, key)
    }

    @Test func `A report holds until a recording, a picture or the summary changes`() throws {
        let (folder, report, key) = try report()
        let open = try ReportKey(path: ReportKey.publicPath(of: key))
        let path = report("report")
        #expect(try ReportSummary.check(path, key: open).isIntact)
        let picture = try #require(report.contents(of: "report/pictures").first)
        report.write([1], to: "report/pictures/\(picture)")
        #expect(try ReportSummary.check(path, key: open).changedFiles == ["pictures/\(picture)"])
        folder.write([1], to: "sub/digit.wav")
        try FileManager.default.removeItem(atPath: folder("clean.wav"))
        let check = try ReportSummary.check(path, key: open)
        #expect(check.changed == [folder("sub/digit.wav")] && check.missing == [folder("clean.wav")])
        var summary = report.bytes("report/summary.json")
        summary[summary.count / 2] ^= 1
        report.write(summary, to: "report/summary.json")
        #expect(try ReportSummary.check(path, key: open).summary == nil)
    }

    @Test func `Another key's signature is none`() throws {
        let (_, report, _) = try report()
        let other = report("other.pem")
        _ = try ReportKey.privateKey(at: other)
        #expect(try ReportSummary.check(report("report"), key: ReportKey(path: other)).summary == nil)
    }

    @Test func `A private key is its owner's alone, and what is no key is refused`() throws {
        let folder = TemporaryFolder()
        _ = try ReportKey.privateKey(at: folder("made/key.pem"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder("made/key.pem"))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let text = folder.write(Array("no key".utf8), to: "text")
        #expect(throws: ReportError.self) { try ReportKey(path: text).sign([1]) }
        #expect(throws: ReportError.self) { try ReportKey(path: folder("none")) }
    }

    @Test func `The page has a picture for each finding and nothing from a network`() throws {
        let (_, report, _) = try report()
        let page = String(decoding: report.bytes("report/index.html"), as: UTF8.self)
        #expect(report.contents(of: "report/pictures").count == 2)
        for picture in report.contents(of: "report/pictures") { #expect(page.contains("src=\"pictures/\(picture)\"")) }
        #expect(!page.contains("http"))
    }
}

extension TemporaryFolder {
    fileprivate func contents(of name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: self(name))) ?? []).sorted()
    }
}
