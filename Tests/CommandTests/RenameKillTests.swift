import Foundation
import Support
import Testing

/// A command that is killed as it enters a call of the kernel leaves each file whole, old or new, and the next run
/// finishes the work: fault injection reaches every such call, where moments at random reach few.
@Suite(.ownThread, .enabled(if: InjectedKill.isPossible, "strace cannot trace a process here"))
struct RenameKillTests {
    /// What is run in a folder that holds recordings in `in`.
    struct Work: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: @Sendable (_ folder: TemporaryFolder) -> [String]
        /// Whether it changes the recordings themselves.
        var isInPlace = false
    }

    static let works = [
        Work(testDescription: "in place", arguments: { ["redact", "--in-place", $0("in")] }, isInPlace: true),
        Work(testDescription: "copies", arguments: { ["redact", "--out", $0("out"), $0("in")] }),
        Work(
            testDescription: "clean ones too",
            arguments: { ["redact", "--out", $0("out"), "--copy-clean", "copy", $0("in")] }),
        Work(testDescription: "report", arguments: { ["verify", "--report", $0("report"), $0("in")] }),
        Work(
            testDescription: "receipt",
            arguments: { folder in
                let call = FixtureCall.all.first { $0.expect.outcome == "approved" }!
                return ["pay", call.path, "--gateway", "mock", "--receipt", folder("receipt.txt")]
                    + ["--ledger", folder("payments.db")] + call.arguments
            }),
    ]

    @Test(arguments: works) func `each file is complete, and the next run finishes the work`(work: Work) throws {
        let reference = Self.folder()
        let recordings = Self.files(of: reference)
        let status = try Command.run(work.arguments(reference)).status
        let finished = Self.files(of: reference)
        #expect(finished.keys.contains { recordings[$0] != finished[$0] })
        var kills = 0
        for call in ["renameat", "renameat2", "linkat", "fsync"] {
            for occurrence in 1...8 {
                let folder = Self.folder()
                guard try InjectedKill(entering: call, occurrence).isKilled(work.arguments(folder)) else { break }
                kills += 1
                let place: Comment = "killed at \(call) \(occurrence)"
                let left = Self.files(of: folder)
                for (name, bytes) in recordings {
                    let new = work.isInPlace ? finished[name] : bytes
                    #expect(left[name] == bytes || left[name] == new, place)
                }
                for (name, bytes) in left where recordings[name] == nil && finished[name] != nil {
                    #expect(Self.isWhole(name, bytes, beside: finished[name] ?? []), place)
                }
                #expect(try Command.run(work.arguments(folder)).status == status, place)
                #expect(Self.files(of: folder).keys.sorted() == finished.keys.sorted(), place)
            }
        }
        print("\(kills) kills")
        #expect(kills > 2)
    }

    private static func folder() -> TemporaryFolder {
        let folder = TemporaryFolder()
        try? FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
        for (name, count) in [("in/a.wav", 4), ("in/b.wav", 2), ("in/quiet.wav", 0)] {
            var sound = Sound(seed: 24)
            sound.silence(0.2)
            for key in keyFrequencies.prefix(count) {
                sound.pair(key.low, key.high, seconds: 0.08)
                sound.silence(0.1)
            }
            folder.write(WAVBytes(samples: sound.integers).bytes, to: name)
        }
        return folder
    }

    /// Every file below the folder but a ledger's, which has its own tests.
    private static func files(of folder: TemporaryFolder) -> [String: [UInt8]] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.reduce(into: [:]) { files, name in
            let kind = try? FileManager.default.attributesOfItem(atPath: folder(name))[.type] as? FileAttributeType
            guard kind == .typeRegular, !name.hasPrefix("payments.db") else { return }
            files[name] = folder.bytes(name)
        }
    }

    /// Whether a file is all there, as far as times and identifiers in it let one tell.
    private static func isWhole(_ name: String, _ bytes: [UInt8], beside finished: [UInt8]) -> Bool {
        let lines = { (bytes: [UInt8]) in bytes.count { $0 == UInt8(ascii: "\n") } }
        return switch URL(fileURLWithPath: name).pathExtension {
        case "wav", "png": bytes == finished
        case "sig": bytes.count == finished.count
        case "txt": lines(bytes) == lines(finished)
        default: bytes.suffix(6) == finished.suffix(6)
        }
    }
}

/// Kills a command as a thread of it enters a call of the kernel.
struct InjectedKill {
    private let options: [String]

    /// - Parameters:
    ///   - call: The call's name.
    ///   - occurrence: Which of a thread's calls of that name, from 1.
    init(entering call: String, _ occurrence: Int) {
        let injection = "inject=\(call):signal=SIGKILL:when=\(occurrence)"
        options = ["-f", "-o", "/dev/null", "-e", "trace=\(call)", "-e", injection, Command.path]
    }

    /// Runs `tonewall`; whether it was killed, which it is not where it makes too few such calls.
    func isKilled(_ arguments: [String]) throws -> Bool {
        try Command(options + arguments, of: Self.tracer).finish().status == 128 + SIGKILL
    }

    private static let tracer = "/usr/bin/strace"

    static let isPossible: Bool = {
        guard FileManager.default.isExecutableFile(atPath: tracer) else { return false }
        return (try? Command(["-o", "/dev/null", "/bin/true"], of: tracer).finish().status) == 0
    }()
}
