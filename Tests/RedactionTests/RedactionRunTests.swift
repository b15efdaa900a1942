import AtomicFiles
import Failures
import Foundation
import Support
import Testing

@testable import Archive
@testable import Redaction

/// Runs over small folders: their output and their ends.
@Suite(.ownThread) struct RedactionRunTests {
    private let folder = TemporaryFolder()

    /// Cleans what lies at `paths`; gives the ending, the results, and the codes of what went wrong.
    private func run(
        _ paths: [String], out: String? = nil, format: RedactionFormat = .text,
        cleanCopies: Redactor.CleanCopies = .none,
        limit: Int = .max
    ) throws -> (ending: RedactionRun.Ending, results: String, codes: [String], notes: [String]) {
        var (results, codes, notes) = ("", [String](), [String]())
        var run = RedactionRun(
            RecordingList(paths), by: Redactor(cleanCopies: cleanCopies), out: out, format: format, follow: false
        ) { message in
            switch message {
            case .result(let text): results += text
            case .failure(let failure): codes.append(failure.code)
            case .note(let file, let words): notes.append("\(file ?? ""): \(words)")
            }
        }
        let ending = try run.run(state: nil) { $0 < limit }
        return (ending, results, codes, notes)
    }

    @Test func `Every recording is reported, and then their number`() throws {
        let call = folder.write(recording(), to: "call.wav")
        let clean = folder.write(cleanRecording(), to: "clean.wav")
        let result = try run([call, clean])
        #expect(result.ending == .complete(nil) && result.codes.isEmpty)
        let lines = result.results.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasSuffix(" fragments taken out, verified clean"))
        #expect(lines[1] == "\(clean): clean, left alone")
        #expect(lines[2].hasPrefix("2 recordings: 1 cleaned, 1 clean already, 0 left as they were"))
        #expect(try run([call]).results == "\(call): clean, left alone\n")
    }

    @Test func `An unjudged recording gives bad data, and a single missing one gives no input`() throws {
        let text = folder.write(Array("text".utf8), to: "text.wav")
        let result = try run([folder.write(cleanRecording(), to: "clean.wav"), text])
        #expect(result.ending == .complete(.dataError) && result.codes == ["audio.not-audio"])
        #expect(try run([folder("absent.wav")]).ending == .complete(.noInput))
        #expect(try run([folder("absent.wav"), folder("clean.wav")]).ending == .complete(.dataError))
    }

    @Test func `Other names of a file that was cleaned are a finding`() throws {
        let call = folder.write(recording(), to: "call.wav")
        try FileManager.default.linkItem(atPath: call, toPath: folder("other.wav"))
        let result = try run([call])
        #expect(result.ending == .complete(.finding) && result.codes == ["redaction.other-names"])
    }

    @Test func `A copy that a killed run left is removed and reported`() throws {
        folder.write(recording(), to: "call.wav")
        let left = ".tonewall-0123456789abcdef-gone.wav"
        folder.write([1, 2, 3], to: left)
        let result = try run([folder.path])
        #expect(result.ending == .complete(nil) && folder.contents == ["call.wav"])
        #expect(result.notes == ["\(folder(left)): an unfinished copy that a killed run left was removed"])
    }

    @Test func `The copy of a whole archive lists what it lacks`() throws {
        try FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
        folder.write(recording(), to: "in/call.wav")
        folder.write(cleanRecording(), to: "in/clean.wav")
        folder.write(Array("notes".utf8), to: "in/notes.txt")
        let result = try run([folder("in")], out: folder("out"), format: .ndjson, cleanCopies: .copied)
        #expect(result.codes == ["redaction.not-copied"] && result.ending == .complete(.dataError))
        let lines = result.results.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("\"outcome\":\"cleaned\"") && lines[0].contains("\"method\":"))
        #expect(lines[1].contains("\"outcome\":\"copied\",\"output\":\"\(folder("out/clean.wav"))\",\"digits\":0"))
    }

    @Test func `After an order to stop the rest is not changed`() throws {
        let call = folder.write(recording(), to: "call.wav")
        let before = folder.bytes("call.wav")
        let result = try run([call], limit: 0)
        #expect(result.ending == .stopped && result.results.isEmpty && folder.bytes("call.wav") == before)
    }
}
