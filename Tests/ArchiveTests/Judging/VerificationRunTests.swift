import Failures
import Foundation
import Support
import Synchronization
import Testing

@testable import Archive

/// Runs over a small archive: their output and their ends.
@Suite struct VerificationRunTests {
    private struct Heard {
        var ending: VerificationRun.Ending
        var results = ""
        var failures: [Failure] = []
        var notes: [String] = []
    }

    private func run(
        _ paths: [String], _ options: VerificationRun.Options = .init(), state: ArchiveState? = nil,
        blocks: Int = .max
    ) async throws -> Heard {
        let asked = Mutex(0)
        var run = try VerificationRun(
            RecordingList(paths), options, JudgingOptions(takesDigests: true), state: state)
        var heard = Heard(ending: .stopped)
        heard.ending = try await run.run(jobs: 2) {
            asked.withLock {
                $0 += 1
                return $0 <= blocks
            }
        } tell: { message in
            switch message {
            case .result(let text): heard.results += text
            case .failure(let failure): heard.failures.append(failure)
            case .note(_, let words): heard.notes.append(words)
            }
        }
        return heard
    }

    @Test func `Tones take precedence over unjudged recordings, which are listed`() async throws {
        let folder = smallArchive()
        let heard = try await run([folder.path])
        #expect(heard.ending == .complete(.finding))
        #expect(heard.failures.map(\.file) == [folder("text.wav")])
        #expect(
            heard.results.hasPrefix("\(folder("clean.wav")): clean\n\(folder("sub/digit.wav")): digits\n  channel 0"))
        #expect(
            heard.results.contains("\(folder("notes.txt")): no audio\n4 recordings, 0.00 h: 1 clean, 1 with digits"))
        #expect(!heard.results.contains("key "), "which key it was is not said")
    }

    @Test func `Keys are shown only on request`() async throws {
        let folder = smallArchive()
        var options = VerificationRun.Options()
        options.revealsKeys = true
        #expect(try await run([folder("sub/digit.wav")], options).results.contains("  key 5\n"))
    }

    @Test func `The end of a run gives the right status`() async throws {
        let folder = smallArchive()
        #expect(try await run([folder("clean.wav")]).ending == .complete(nil))
        #expect(try await run([folder("text.wav"), folder("clean.wav")]).ending == .complete(.dataError))
        #expect(try await run([folder("absent.wav")]).ending == .complete(.noInput))
        #expect(try await run([folder("absent.wav"), folder("clean.wav")]).ending == .complete(.dataError))
        let empty = TemporaryFolder()
        let nothing = try await run([empty.path])
        #expect(nothing.ending == .complete(.noInput) && nothing.failures.map(\.code) == ["archive.nothing-found"])
    }

    @Test func `A stopped run reports the recordings that are left`() async throws {
        let folder = smallArchive()
        let heard = try await run([folder.path], blocks: 0)
        #expect(heard.ending == .stopped)
        #expect(heard.notes == ["stopped with 4 of 4 recordings not judged"])
        #expect(heard.results.contains("partial: 0 recordings"))
    }

    @Test func `A stored judgement is reported in the same way without judging again`() async throws {
        let (folder, states) = (smallArchive(), TemporaryFolder())
        let first = try await run(
            [folder.path], state: ArchiveState(path: states("state"), tool: "1", raw: nil))
        let state = try ArchiveState(path: states("state"), tool: "1", raw: nil)
        #expect(state.judgement(of: folder("clean.wav")) != nil && state.remarks(keyPath: "k").isEmpty)
        let second = try await run([folder.path], state: state)
        #expect(second.results == first.results && second.ending == first.ending)
    }

    @Test func `A state of another version or layout is replaced, and this is reported`() throws {
        let states = TemporaryFolder()
        do { _ = try ArchiveState(path: states("state"), tool: "1", raw: nil) }
        let state = try ArchiveState(path: states("state"), tool: "2", raw: nil)
        #expect(state.remarks(keyPath: "k").map { $0.prefix(20) } == ["is of another versio"])
    }

    @Test(arguments: JudgementFormat.allCases)
    func `Each format is a complete document`(format: JudgementFormat) async throws {
        let folder = smallArchive()
        var options = VerificationRun.Options()
        (options.format, options.listsOthers) = (format, true)
        let text = try await run([folder.path], options).results
        switch format {
        case .text: #expect(text.hasSuffix("; 1 other files are no audio\n"))
        case .ndjson: #expect(text.split(separator: "\n").count == 5 && text.hasPrefix("{"))
        case .csv: #expect(text.hasPrefix(JudgementCSV.head))
        case .junit: #expect(text.hasPrefix("<?xml") && text.hasSuffix("</testsuites>\n"))
        }
    }

    @Test func `A report is signed, and its check says what changed since`() async throws {
        let (folder, place) = (smallArchive(), TemporaryFolder())
        var options = VerificationRun.Options()
        options.report = (place("report"), place("key.pem"))
        options.settings = ["arguments": "none"]
        _ = try await run([folder.path], options)
        let key = try ReportKey(path: place("key.pem.pub"))
        let check = try ReportSummary.check(place("report"), key: key)
        #expect(check.isIntact && check.summary?.settings["arguments"] == "none")
        #expect(check.summary?.settings["recordings"] == "4")
        let lines = check.lines(folder: "R", keyPath: "K")
        #expect(lines.first == "R: signed with the key K" && lines.last == "everything is as it was")
        folder.write([1], to: "clean.wav")
        let later = try ReportSummary.check(place("report"), key: key).lines(folder: "R", keyPath: "K")
        #expect(later.last == "changed since: \(folder("clean.wav"))")
        place.write([0], to: "report/summary.json")
        let forged = try ReportSummary.check(place("report"), key: key).lines(folder: "R", keyPath: "K")
        #expect(forged == ["R: its signature does not hold: NOT signed with the key K"])
    }
}
