import Foundation
import Glibc
import Support
import Synchronization
import Testing

@testable import Archive
@testable import Redaction

/// What a state of judgements knows of recordings that were cleaned.
@Suite(.ownThread, .serialized) struct ResumeTests {
    private let folder = TemporaryFolder()
    private static let hearing = JudgingOptions(takesDigests: true)

    private func state() throws -> ArchiveState { try ArchiveState(path: folder("state"), version: "1") }

    /// Hears `call.wav` as `verify --resume` does.
    private func verify() throws {
        let judgement = try #require(RecordingJudgement.judge(folder("call.wav"), options: Self.hearing))
        try state().keep(judgement)
    }

    /// Cleans `call.wav` as `redact --resume` does; gives the outcome of it, and how many blocks were read or written.
    @discardableResult
    private func redact(_ copies: Redactor.CleanCopies = .none, to out: String? = nil) throws -> (Redaction, Int) {
        let (state, path) = (try state(), folder("call.wav"))
        let blocks = Mutex(0)
        let redactor = Redactor(
            options: Self.hearing, cleanCopies: copies, known: { state.judgement(of: $0) },
            shouldContinue: {
                blocks.withLock { $0 += 1 }
                return true
            })
        var plan = OutputPlan(folder: out ?? "", sources: [path])
        let result = out == nil ? redactor.redact(path) : redactor.redact(path, called: "call.wav", &plan)
        let redaction = try #require(result)
        for judgement in redaction.judgements { try state.keep(judgement) }
        return (redaction, blocks.withLock { $0 })
    }

    private func known(_ name: String = "call.wav") throws -> Verdict? {
        try state().judgement(of: folder(name))?.verdict
    }

    @Test(arguments: [true, false])
    func `A recording cleaned in place is known as clean, and is not judged again`(isVerified: Bool) throws {
        folder.write(recording(), to: "call.wav")
        if isVerified {
            try verify()
            #expect(try known() == .digits)
        }
        let (first, blocks) = try redact()
        #expect(first.outcome == .cleaned && blocks > 0)
        #expect(try known() == .clean)
        let state = folder.bytes("state")
        let (second, unreadParts) = try redact()
        #expect(second.outcome == .clean && unreadParts == 0)
        // What is known already is not written once more.
        #expect(folder.bytes("state") == state)
    }

    /// Each way in which a file may become another after it was cleaned, the times set back.
    @Test(arguments: [0, 1, 2])
    func `A recording that changed after it was cleaned is judged again`(way: Int) throws {
        let path = folder.write(recording(), to: "call.wav")
        try redact()
        var status = stat()
        _ = unsafe stat(path, &status)
        let clean = folder.bytes("call.wav")
        switch way {
        case 0:
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            try file.seek(toOffset: 700)
            file.write(Data(recording()[700...]))
            try file.close()
        case 1:
            folder.write(recording(), to: "other.wav")
            _ = unsafe rename(folder("other.wav"), path)
        default: folder.write(clean + [1, 2, 3, 4], to: "call.wav")
        }
        _ = unsafe utimensat(AT_FDCWD, path, [status.st_atim, status.st_mtim], 0)
        #expect(try known() == nil)
        // Bytes after the samples are never read.
        #expect(try redact().0.outcome == (way == 2 ? .unjudged : .cleaned))
        #expect(try known() == (way == 2 ? nil : .clean))
    }

    @Test func `A copy that changed before it was in the state is not trusted`() throws {
        let path = folder.write(recording(), to: "call.wav")
        let redaction = try #require(Redactor(options: Self.hearing).redact(path))
        folder.write(recording(), to: "call.wav")
        for judgement in redaction.judgements { try state().keep(judgement) }
        #expect(try known() == nil)
    }

    @Test func `After a kill between rename and state, the state does not mention the copy`() throws {
        let path = folder.write(recording(), to: "call.wav")
        try verify()
        let child = Process()
        child.executableURL = BuiltCommand.tonewall.deletingLastPathComponent().appending(path: "redaction-child")
        child.arguments = ["afterRename", path]
        child.standardOutput = FileHandle.nullDevice
        try child.run()
        child.waitUntilExit()
        #expect(child.terminationStatus == SIGKILL && RecordingJudgement.judge(path)?.verdict == .clean)
        #expect(try known() == nil)
        #expect(try redact().0.outcome == .clean && known() == .clean)
    }

    @Test func `A crafted state that calls a recording clean is not trusted`() throws {
        folder.write(recording(), to: "call.wav")
        try verify()
        let text = String(decoding: folder.bytes("state"), as: UTF8.self)
        var fields = text.split(separator: "\n")[1].split(separator: "\t", omittingEmptySubsequences: false)
        (fields[12], fields[8]) = ("", Substring(String(repeating: "0", count: 64)))
        let crafted = "\(text.split(separator: "\n")[0])\n\(fields.joined(separator: "\t"))\n"
        folder.write(Array(crafted.utf8), to: "state")
        #expect(try redact().0.outcome == .cleaned)
    }

    @Test(arguments: [mode_t(0o666), 0o620])
    func `A state that others may write is refused`(mode: mode_t) throws {
        folder.write(recording(), to: "call.wav")
        try verify()
        #expect(unsafe chmod(folder("state"), mode) == 0)
        #expect(throws: ArchiveStateError.self) { try state() }
    }

    /// A link changes the time at which its file changed.
    @Test(arguments: [true, false])
    func `Recordings and their copies are known, cleaned or clean`(hasTones: Bool) throws {
        folder.write(hasTones ? recording() : cleanRecording(), to: "call.wav")
        try verify()
        #expect(try redact(.linked, to: folder("out")).0.outcome == (hasTones ? .cleaned : .copied))
        #expect(try known("out/call.wav") == .clean)
        #expect(try known() == (hasTones ? .digits : .clean))
    }
}
