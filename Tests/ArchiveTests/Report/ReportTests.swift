import AtomicFiles
import Foundation
import Glibc
import Support
import Testing
import Verification

@testable import Archive

struct ReportTests {
    /// A report over an archive, its folder and the key that signed it.
    private func report() throws -> (archive: TemporaryFolder, report: TemporaryFolder, key: String) {
        let (folder, reportFolder) = (smallArchive(), TemporaryFolder())
        let key = reportFolder("key.pem")
        let options = JudgingOptions(takesDigests: true)
        var report = try ReportFolder(reportFolder("report"), options: options, revealed: false)
        var totals = ArchiveTotals()
        for path in RecordingList([folder.path]).paths {
            let judgement = try #require(RecordingJudgement.judge(path, options: options))
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

    @Test func `A report is valid until a recording, a picture or the summary changes`() throws {
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

    @Test(arguments: ["index.html", "recordings.csv", "junit.xml", "summary.json", "pictures/1-1.png"])
    func `Files that are not of a report are not overwritten`(name: String) throws {
        let folder = TemporaryFolder()
        let options = JudgingOptions(takesDigests: true)
        try FileManager.default.createDirectory(atPath: folder("pictures"), withIntermediateDirectories: true)
        folder.write([1], to: name)
        #expect(throws: ReportError.self) { try ReportFolder(folder.path, options: options, revealed: false) }
        #expect(folder.bytes(name) == [1])
        // A report that was begun and not finished, and one that was, make way for the next.
        for mark in [".unfinished-report", "summary.json.sig"] {
            folder.write([], to: mark)
            _ = try ReportFolder(folder.path, options: options, revealed: false)
            try FileManager.default.removeItem(atPath: folder(".unfinished-report"))
        }
    }

    @Test func `A mutant of a signed summary, its signature or a key is refused without a crash`() throws {
        let (_, report, key) = try report()
        let path = report("report")
        let (summary, seal) = (report.bytes("report/summary.json"), report.bytes("report/summary.json.sig"))
        let (secret, open) = (report.bytes("key.pem"), report.bytes("key.pem.pub"))
        let own = try ReportKey.privateKey(at: key)
        try forEachMutant(of: [summary, seal, secret, open]) { bytes in
            if [summary, seal, secret, open].contains(bytes) { return }
            report.write(bytes, to: "mutant.pem")
            // It is signed as its owner would do. Any bytes can be signed.
            report.write(bytes, to: "report/summary.json")
            report.write(try own.sign(bytes), to: "report/summary.json.sig")
            _ = try? ReportSummary.check(path, key: own)
            report.write(summary, to: "report/summary.json")
            report.write(bytes, to: "report/summary.json.sig")
            #expect(try ReportSummary.check(path, key: own).summary == nil)
            report.write(seal, to: "report/summary.json.sig")
            if let key = try? ReportKey(path: report("mutant.pem")) {
                _ = try? key.sign([1])
                // White space in a key's file, or text around it, makes no other key of it.
                if let check = try? ReportSummary.check(path, key: key), check.summary != nil {
                    #expect(check.changedFiles.isEmpty && check.changed.isEmpty)
                }
            }
        }
    }

    @Test func `A signature of another key is refused`() throws {
        let (_, report, _) = try report()
        let other = report("other.pem")
        _ = try ReportKey.privateKey(at: other)
        #expect(try ReportSummary.check(report("report"), key: ReportKey(path: other)).summary == nil)
    }

    @Test func `A private key has permissions 0600, and an invalid key is refused`() throws {
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
        #expect(!page.contains("http://") && !page.contains("https://"))
    }
}

extension TemporaryFolder {
    fileprivate func contents(of name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: self(name))) ?? []).sorted()
    }
}
