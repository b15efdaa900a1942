import AtomicFiles
import Foundation
import Support
import Synchronization
import Testing

@testable import Archive
@testable import Redaction

/// What others do to a recording while it is cleaned.
@Suite(.ownThread, .serialized) struct InPlaceTests {
    let folder = TemporaryFolder()

    /// Redacts `call.wav` in its place while `act` happens once, after `blocks` blocks were read or written.
    private func redact(after blocks: Int, _ act: @escaping @Sendable () -> Void) -> Redaction? {
        let count = Mutex(0)
        let redactor = Redactor(shouldContinue: {
            let isDue = count.withLock { count in
                count += 1
                return count == blocks
            }
            if isDue { act() }
            return true
        })
        return redactor.redact(folder("call.wav"))
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func `Data appended meanwhile stays, and so does the recording`(blocks: Int) throws {
        let path = folder.write(recording(), to: "call.wav")
        let result = redact(after: blocks) {
            let file = FileHandle(forUpdatingAtPath: path)
            _ = try? file?.seekToEnd()
            file?.write(Data([1, 2, 3, 4]))
            try? file?.close()
        }
        #expect(result?.outcome == .refused && result?.refusal == .changed(path: path))
        #expect(folder.bytes("call.wav") == recording() + [1, 2, 3, 4] && folder.contents == ["call.wav"])
    }

    @Test func `A recording that is replaced by another file is left alone`() throws {
        let path = folder.write(recording(), to: "call.wav")
        let other = folder.write(cleanRecording(), to: "other.wav")
        let result = redact(after: 3) { _ = unsafe rename(other, path) }
        #expect(result?.outcome == .refused)
        #expect(folder.bytes("call.wav") == cleanRecording() && folder.contents == ["call.wav"])
    }

    @Test func `A recording that is open for writing is left alone`() throws {
        let path = folder.write(recording(), to: "call.wav")
        let file = FileHandle(forUpdatingAtPath: path)
        #expect(Redactor().redact(path)?.refusal == .beingWritten(path: path))
        try file?.close()
        #expect(folder.bytes("call.wav") == recording() && folder.contents == ["call.wav"])
        #expect(Redactor().redact(path)?.outcome == .cleaned)
    }

    @Test(arguments: [FaultPoints.Point.beforeRename, .afterExchange])
    func `A recording that is opened for writing at the last moment is left in place`(
        point: FaultPoints.Point
    ) throws {
        let path = folder.write(recording(), to: "call.wav")
        let place = folder.path
        FaultPoints.atEach { reached in
            guard reached == point else { return }
            // At the exchange the old file has the copy's name.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            for name in names { close(unsafe open(place + "/" + name, O_WRONLY | O_NONBLOCK)) }
        }
        defer { FaultPoints.atEach(nil) }
        let result = Redactor().redact(path)
        #expect(result?.refusal == .changed(path: path))
        #expect(folder.bytes("call.wav") == recording() && folder.contents == ["call.wav"])
    }

    @Test func `A recording that another run holds is left alone`() throws {
        let path = folder.write(recording(), to: "call.wav")
        let result = redact(after: 2) {
            #expect(Redactor().redact(path)?.refusal == .locked(path: path))
        }
        #expect(result?.outcome == .cleaned && folder.contents == ["call.wav"])
    }

    @Test func `Stopped at any block, redaction leaves only the whole recording`() throws {
        let path = folder.write(recording(), to: "call.wav")
        var blocks = 0
        while true {
            let count = Mutex(0)
            let limit = blocks
            let redactor = Redactor(shouldContinue: {
                count.withLock { count in
                    count += 1
                    return count <= limit
                }
            })
            if redactor.redact(path) != nil { break }
            #expect(folder.bytes("call.wav") == recording() && folder.contents == ["call.wav"])
            blocks += 1
        }
        #expect(blocks > 4)
        #expect(RecordingJudgement.judge(path)?.verdict == .clean)
    }

    @Test func `Killed at the rename, it leaves the recording or its clean copy, and the next run tidies up`() throws {
        var (before, after) = (recording(), [UInt8]())
        folder.write(before, to: "call.wav")
        #expect(Redactor().redact(folder("call.wav"))?.outcome == .cleaned)
        after = folder.bytes("call.wav")
        before = recording()
        for point in FaultPoints.Point.allCases {
            folder.write(before, to: "call.wav")
            let child = Process()
            child.executableURL = BuiltCommand.tonewall.deletingLastPathComponent().appending(path: "redaction-child")
            child.arguments = ["\(point)", folder("call.wav")]
            child.standardOutput = FileHandle.nullDevice
            try child.run()
            child.waitUntilExit()
            #expect(child.terminationReason == .uncaughtSignal && child.terminationStatus == SIGKILL, "\(point)")
            #expect(folder.bytes("call.wav") == (point == .beforeRename ? before : after), "\(point)")
            let next = try #require(Redactor().redact(folder("call.wav")))
            #expect(next.removed.count == (point == .afterRename ? 0 : 1), "\(point)")
            #expect(folder.bytes("call.wav") == after && folder.contents == ["call.wav"], "\(point)")
        }
    }
}
