import AtomicFiles
import Foundation
import Support
import Testing

@testable import Archive
@testable import Redaction

/// Where copies go, and where not.
@Suite(.ownThread) struct OutputPlanTests {
    let folder = TemporaryFolder()

    private func redact(_ path: String, to out: String, cleanCopies: Redactor.CleanCopies = .none) -> Redaction? {
        var plan = OutputPlan(folder: out, sources: [path])
        return Redactor(cleanCopies: cleanCopies).redact(path, called: PathBytes.lastName(path), &plan)
    }

    @Test func `No copy takes its recording's place, however its folder is spelt`() throws {
        let path = folder.write(recording(), to: "call.wav")
        try FileManager.default.createDirectory(atPath: folder("sub"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: ".")
        try FileManager.default.createDirectory(atPath: folder("hard"), withIntermediateDirectories: true)
        try FileManager.default.linkItem(atPath: path, toPath: folder("hard/call.wav"))
        try FileManager.default.createDirectory(atPath: folder("soft"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder("soft/call.wav"), withDestinationPath: path)
        for out in ["", "/.", "/sub/..", "/link", "/link/link/.", "/hard", "/soft"] {
            let result = redact(path, to: folder.path + out)
            #expect(result?.outcome == .refused, "\(out)")
            guard case .takesPlace? = result?.refusal else {
                Issue.record("\(out): \(result?.refusal as Any)"); continue
            }
        }
        #expect(folder.bytes("call.wav") == recording())
    }

    @Test func `An earlier copy is replaced, and any other file stays`() throws {
        let path = folder.write(recording(), to: "call.wav")
        #expect(redact(path, to: folder("out"))?.outcome == .cleaned)
        #expect(redact(path, to: folder("out"))?.outcome == .cleaned)
        // Of the same time, but with tones; and without tones, but of another time.
        let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]!
        folder.write(recording(), to: "out/call.wav")
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder("out/call.wav"))
        #expect(redact(path, to: folder("out"))?.outcome == .refused)
        folder.write(cleanRecording(), to: "out/call.wav")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder("out/call.wav"))
        #expect(redact(path, to: folder("out"))?.outcome == .refused)
        #expect(folder.bytes("out/call.wav") == cleanRecording())
    }

    @Test func `Two recordings of one name have one copy, the first's`() throws {
        try FileManager.default.createDirectory(atPath: folder("b"), withIntermediateDirectories: true)
        let paths = [folder.write(recording(), to: "call.wav"), folder.write(recording(), to: "b/call.wav")]
        var plan = OutputPlan(folder: folder("out"), sources: paths)
        #expect(Redactor().redact(paths[0], called: "call.wav", &plan)?.outcome == .cleaned)
        let second = Redactor().redact(paths[1], called: "call.wav", &plan)
        #expect(second?.refusal == .twoRecordings(target: folder("out/call.wav"), recording: paths[0]))
    }

    @Test(arguments: [true, false])
    func `Clean recordings are linked or copied too, also in a second run`(linked: Bool) throws {
        let path = folder.write(cleanRecording(), to: "clean.wav")
        for _ in 0..<2 {
            let result = redact(path, to: folder("out"), cleanCopies: linked ? .linked : .copied)
            #expect(result?.outcome == .copied && result?.output == folder("out/clean.wav"))
            #expect(folder.bytes("out/clean.wav") == cleanRecording())
            #expect((FileIdentity(path) == FileIdentity(folder("out/clean.wav"))) == linked)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")) == ["clean.wav"])
    }

    @Test func `A copy written as another format has that format's name`() throws {
        let names = [
            "a.mp3": "a.flac", "a": "a.flac", "b/a.c.wav": "b/a.c.flac", "b.c/a": "b.c/a.flac", "a.flac": "a.flac",
        ]
        for (name, copy) in names { #expect(CopyFormat.flac.name(for: name) == copy) }
        let path = folder.write(recording(), to: "call.wav")
        var plan = OutputPlan(folder: folder("out"), sources: [path])
        let result = Redactor(copyFormat: .flac).redact(path, called: "call.wav", &plan)
        #expect(result?.outcome == .cleaned && result?.changes.isEmpty == false)
        #expect(folder.bytes("out/call.flac").starts(with: "fLaC".utf8))
    }
}
