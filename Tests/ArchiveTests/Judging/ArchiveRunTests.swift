import Foundation
import Glibc
import Support
import Testing

@testable import Archive

struct ArchiveRunTests {
    @Test(arguments: [1, 3])
    func `Judgements are reported in order with any number of jobs`(jobs: Int) async throws {
        let folder = smallArchive()
        let paths = RecordingList([folder.path]).paths
        var verdicts: [Verdict] = []
        let told = try await ArchiveRun.judge(
            paths, jobs: jobs, options: JudgingOptions(), known: { _ in nil }, shouldContinue: { _ in true },
            { judgement, _ in verdicts.append(judgement.verdict) })
        #expect(verdicts == [.clean, .digits, .fragments, .unjudged])
        #expect(told == 4)
    }

    @Test func `A stopped run reports complete judgements only`() async throws {
        let folder = smallArchive()
        let told = try await ArchiveRun.judge(
            RecordingList([folder.path]).paths, jobs: 1, options: JudgingOptions(), known: { _ in nil },
            shouldContinue: { _ in false }, { _, _ in })
        #expect(told == 0)
    }

    @Test func `Known recordings are not judged again, and out-of-turn judgements are reported`() async throws {
        let folder = smallArchive()
        let paths = RecordingList([folder.path]).paths
        let last = try #require(paths.last)
        var told: [String: Bool] = [:]
        let count = try await ArchiveRun.judge(
            paths, jobs: 4, options: JudgingOptions(), known: { $0 == last ? RecordingJudgement(path: $0) : nil },
            shouldContinue: { _ in true }, { told[$0.path] = $1 })
        #expect(count == 4 && told.filter(\.value).keys.first == last && told.count == 4)
    }
}

struct RecordingJudgementTests {
    /// A recording that another writes to, replaces or removes while it is heard.
    @Test(arguments: 0...4)
    func `A recording that changes during the judgement is listed as unjudged`(way: Int) throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(key: false) + [UInt8](repeating: 0, count: 64_000), to: "call.wav")
        var isDone = false
        let judgement = try #require(
            RecordingJudgement.judge(path, options: JudgingOptions(takesDigests: true)) { _ in
                if isDone { return true }
                isDone = true
                switch way {
                case 0:
                    if let handle = FileHandle(forWritingAtPath: path) {
                        _ = try? handle.seekToEnd()
                        try? handle.write(contentsOf: [1, 2])
                    }
                case 1: _ = unsafe truncate(path, 5000)
                case 2: try? Data(recording(key: true)).write(to: URL(filePath: path), options: .atomic)
                case 3: _ = unsafe unlink(path)
                default: _ = unsafe chmod(path, 0o600)
                }
                return true
            })
        #expect(judgement.verdict == .unjudged)
        #expect(judgement.failure == .changed || way == 1)
        let state = try ArchiveState(path: folder("state"), version: "1")
        try state.keep(judgement)
        #expect(state.judgement(of: path) == nil)
    }

    @Test func `A pipe in place of a recording is reported at once`() throws {
        let folder = TemporaryFolder()
        _ = unsafe mkfifo(folder("call.wav"), 0o600)
        #expect(RecordingJudgement.judge(folder("call.wav"))?.failure == .noFile)
        #expect(RecordingJudgement.judge("/dev/zero")?.failure == .noFile)
    }

    @Test func `A pipe opened by the shell is judged, and the order to stop ends its wait`() throws {
        var (audio, order): ([Int32], [Int32]) = ([0, 0], [0, 0])
        _ = unsafe (pipe(&audio), pipe(&order))
        defer { for end in audio + [order[0]] { close(end) } }
        close(order[1])
        let path = "/proc/self/fd/\(audio[0])"
        #expect(RecordingList([path]).paths == [path])
        #expect(RecordingJudgement.judge(path, options: JudgingOptions(stop: order[0])) == nil)
    }
}
