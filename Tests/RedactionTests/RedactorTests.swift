import AtomicFiles
import AudioIO
import Foundation
import Support
import Testing

@testable import Archive
@testable import Redaction

@Suite(.ownThread) struct RedactorTests {
    @Test func `Only samples of tones change; chunks, times and permissions stay`() throws {
        let folder = TemporaryFolder()
        let before = recording()
        let path = folder.write(before, to: "call.wav")
        let time = Date(timeIntervalSince1970: 1_500_000_000)
        try FileManager.default.setAttributes([.modificationDate: time, .posixPermissions: 0o640], ofItemAtPath: path)
        let result = try #require(Redactor().redact(path))
        #expect(result.outcome == .cleaned)
        let after = folder.bytes("call.wav")
        #expect(after.count == before.count && after != before)
        #expect(after.prefix(680) == before.prefix(680) && after.suffix(12) == before.suffix(12))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.modificationDate] as? Date == time)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        #expect(RecordingJudgement.judge(path)?.verdict == .clean)
        #expect(folder.contents == ["call.wav"])
    }

    @Test func `A clean recording and a file that is not audio are left alone`() throws {
        let folder = TemporaryFolder()
        let clean = folder.write(cleanRecording(), to: "clean.wav")
        let text = folder.write(Array("text".utf8), to: "text.wav")
        var plan = OutputPlan(folder: folder("out"), sources: [clean, text])
        #expect(Redactor().redact(clean, called: "clean.wav", &plan)?.outcome == .clean)
        #expect(Redactor().redact(text, called: "text.wav", &plan)?.outcome == .unjudged)
        #expect(folder.contents == ["clean.wav", "text.wav"])
    }

    @Test func `A copy that a killed run left is removed and reported`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(), to: "call.wav")
        let left = ".tonewall-0123456789abcdef-call.wav"
        folder.write([1, 2, 3], to: left)
        let result = try #require(Redactor().redact(path))
        #expect(result.outcome == .cleaned && result.removed == [left])
        #expect(folder.contents == ["call.wav"])
    }

    @Test func `A link is followed, and other names of the file are reported`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(), to: "call.wav")
        try FileManager.default.createSymbolicLink(atPath: folder("link.wav"), withDestinationPath: path)
        try FileManager.default.linkItem(atPath: path, toPath: folder("hard.wav"))
        let result = try #require(Redactor().redact(folder("link.wav")))
        #expect(result.formerFile?.names == 1)
        #expect(RecordingJudgement.judge(path)?.verdict == .clean)
        #expect(RecordingJudgement.judge(folder("hard.wav"))?.verdict == .digits)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("link.wav")) == path)
    }

    @Test func `A folder that cannot be made is an error, and the recording stays`() throws {
        let folder = TemporaryFolder()
        let before = recording()
        let path = folder.write(before, to: "call.wav")
        var plan = OutputPlan(folder: "/proc/none", sources: [path])
        #expect(Redactor().redact(path, called: "call.wav", &plan)?.outcome == .refused)
        #expect(folder.bytes("call.wav") == before)
    }

    @Test func `A copy with an unread tail is refused`() throws {
        let folder = TemporaryFolder()
        var second = WAVBytes(samples: Sound().integers).bytes
        second[22] = 2
        let before = recording() + recording() + second
        let path = folder.write(before, to: "call.wav")
        let judgement = try #require(RecordingJudgement.judge(path))
        let result = try #require(Redactor().redact(path))
        // What the reader hears of it is cleaned; where it names a part that it did not hear, nothing is written.
        if judgement.unreadParts.contains(where: { $0.kind != .missing }) {
            #expect(result.outcome == .refused && folder.bytes("call.wav") == before)
        } else {
            #expect(result.outcome == .cleaned && RecordingJudgement.judge(path)?.findings == [])
        }
        #expect(folder.contents == ["call.wav"])
    }
}
