import Foundation
import Glibc
import Support
import Testing

/// Folders with unusual files: every command reports what it did not read, and never hangs.
@Suite(.ownThread) struct OddFolderTests {
    /// A recording of a key, or of silence alone.
    private func recording(key: Bool) -> [UInt8] {
        var sound = Sound()
        sound.silence(0.3)
        if key { sound.pair(852, 1209, seconds: 0.1) }
        sound.silence(0.3)
        return WAVBytes(samples: sound.integers).bytes
    }

    /// A folder of clean recordings and, under `odd`, of files that are not read.
    private func folder() throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder("good"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder("odd"), withIntermediateDirectories: true)
        folder.write(recording(key: false), to: "good/clean.wav")
        folder.write(Array("words".utf8), to: "good/notes.txt")
        return folder
    }

    private static let oddities: [(name: String, make: @Sendable (String) -> Void)] = [
        ("pipe.wav", { path in _ = unsafe mkfifo(path, 0o600) }),
        ("broken.wav", { path in _ = unsafe symlink("nowhere", path) }),
        ("self", { path in _ = unsafe symlink("self", path) }),
        ("zero.wav", { path in _ = unsafe symlink("/dev/zero", path) }),
        ("linked", { path in _ = unsafe symlink("../good", path) }),
        (
            "unpacked",
            { path in _ = FileManager.default.createFile(atPath: path, contents: Data("../good".utf8)) }
        ),
        (
            "call.m4a",
            { path in _ = FileManager.default.createFile(atPath: path, contents: Data([0, 0, 0, 32, 1, 2])) }
        ),
        (
            "calls.zip",
            { path in _ = FileManager.default.createFile(atPath: path, contents: Data("PK\u{3}\u{4}".utf8)) }
        ),
        ("blob", { path in _ = FileManager.default.createFile(atPath: path, contents: Data([0, 9, 0, 200, 255])) }),
        (
            "silent.wav",
            { path in _ = FileManager.default.createFile(atPath: path, contents: Data(WAVBytes(samples: []).bytes)) }
        ),
        (
            "silent.flac", { path in _ = try? Command.shell("sox -n -r 8000 -c 1 \(path) trim 0 0") }
        ),
        ("empty.wav", { path in _ = FileManager.default.createFile(atPath: path, contents: Data()) }),
    ]

    @Test(arguments: oddities.indices)
    func `Each is listed with 65, and a finding's 1 takes precedence`(index: Int) throws {
        let folder = try folder()
        #expect(try Command.run(["verify", folder.path]).status == 0)
        let odd = folder("odd/" + Self.oddities[index].name)
        Self.oddities[index].make(odd)
        for format in ["text", "ndjson", "csv", "junit"] {
            let result = try Command.run(["verify", "--format", format, folder.path])
            #expect(result.status == 65 && result.errors.contains("tonewall: \(odd): ") && result.text.contains(odd))
        }
        folder.write(recording(key: true), to: "good/digit.wav")
        let found = try Command.run(["verify", folder.path])
        #expect(found.status == 1 && found.errors.contains(odd))
        let redacted = try Command.run(["redact", "--out", folder("out"), folder.path])
        #expect(redacted.status == 65 && redacted.errors.contains(odd))
        // Named by itself it is no less.
        let expected: Set<Int32> = Self.oddities[index].name == "linked" ? [1] : [65, 66]
        #expect(expected.contains(try Command.run(["verify", odd]).status))
    }

    @Test func `Linked folders are judged with --follow, and a loop ends`() throws {
        let folder = try folder()
        _ = unsafe symlink("..", folder("odd/up"))
        #expect(try Command.run(["verify", folder.path]).status == 65)
        let followed = try Command.run(["verify", "--follow", folder.path])
        #expect(followed.status == 0 && followed.text.contains("1 recordings"))
    }

    @Test func `Files without audio are listed if they are few, and counted if they are many`() throws {
        let folder = try folder()
        let few = try Command.run(["verify", folder.path])
        #expect(few.status == 0 && few.text.contains(folder("good/notes.txt") + ": no audio\n"))
        for index in 0..<20 { folder.write(Array("words".utf8), to: "good/\(index).txt") }
        let many = try Command.run(["verify", folder.path])
        #expect(many.text.contains("21 other files are no audio (--list-others names them)\n"))
        #expect(many.status == 0 && !many.text.contains("notes.txt"))
        #expect(try Command.run(["verify", "--list-others", folder.path]).text.contains("notes.txt: no audio\n"))
    }

    @Test func `Every command handles names that are not UTF-8`() throws {
        let folder = try folder()
        let good = folder("good")
        let name = "$'caf\\xe9 \\e[31m\\n\\u202e.wav'"
        let tool = Command.path
        let line = """
            cd '\(good)' && cp clean.wav \(name) && '\(tool)' synth '7*' -- $'-k\\xff.wav' && rm clean.wav || exit 90
            '\(tool)' decode -- \(name) $'-k\\xff.wav' || exit 91
            '\(tool)' verify --format ndjson . > ../found; [ $? = 1 ] || exit 92
            '\(tool)' redact --in-place -- $'-k\\xff.wav' || exit 93
            '\(tool)' suppress -- \(name) $'../o\\xff.wav' && [ -e $'../o\\xff.wav' ] || exit 94
            '\(tool)' verify --report ../report --sign-key ../key.pem --resume $'../s\\xff' . > ../clean || exit 95
            '\(tool)' verify --check-report ../report --key ../key.pem.pub > /dev/null || exit 96
            """
        let result = try Command.shell(line)
        #expect(result.status == 0)
        #expect(result.text.contains("-k\\xff.wav") && result.text.contains("7*"))
        let found = String(decoding: folder.bytes("found"), as: UTF8.self)
        let bytes = Data(Array("./caf".utf8) + [0xE9] + Array(" \u{1B}[31m\n\u{202E}.wav".utf8)).base64EncodedString()
        #expect(found.contains("\"path_bytes\":\"\(bytes)\""))
        #expect(!folder.bytes("found").contains(0x1B) && !folder.bytes("clean").contains(0x1B))
    }

    @Test func `An empty archive is an empty document, with the status of missing input`() throws {
        let folder = TemporaryFolder()
        for (format, start) in [("junit", "<?xml"), ("csv", "file,verdict"), ("ndjson", ""), ("text", "0 recordings")] {
            let result = try Command.run(["verify", "--format", format, folder.path])
            #expect(result.status == 66 && result.text.hasPrefix(start), "\(format): \(result.text)")
        }
    }

    @Test func `A forged summary is found by its signature`() throws {
        let folder = try folder()
        let (report, key) = (folder("report"), folder("key.pem"))
        #expect(try Command.run(["verify", "--report", report, "--sign-key", key, folder("good")]).status == 0)
        let check = ["verify", "--check-report", report, "--key", key + ".pub"]
        #expect(try Command.run(check).status == 0)
        let bytes = folder.bytes("report/summary.json")
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 513)
        for forged in [Array(bytes.dropLast(3)), bytes + [0x20], [], deep, Array("no json".utf8)] {
            folder.write(forged, to: "report/summary.json")
            let result = try Command.run(check)
            #expect(result.status == 1 && result.text.contains("signature does not hold"))
        }
        folder.write(bytes, to: "report/summary.json")
        #expect(try Command.run(check).status == 0)
    }

    @Test func `A file that is not a state is refused with 65, and a damaged state is reported`() throws {
        let folder = try folder()
        for crafted in [Array("SQLite format 3\u{0}".utf8), [0], recording(key: false)] {
            folder.write(crafted, to: "state")
            let result = try Command.run(["verify", "--resume", folder("state"), folder("good")])
            #expect(result.status == 65 && result.errors.contains("no state file"))
            #expect(folder.bytes("state") == crafted)
        }
        let arguments = ["verify", "--resume", folder("kept"), folder("good")]
        #expect(try Command.run(arguments).status == 0)
        folder.write(folder.bytes("kept") + Array("-1\t\t\n".utf8), to: "kept")
        let told = try Command.run(arguments)
        #expect(told.status == 0 && told.errors.contains("1 line was cut off or changed"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `An order to stop ends the wait for a pipe, and the results so far are written`(signal: Int32) throws {
        let folder = try folder()
        // A pipe of the shell without a writer, which is never closed.
        let line = """
            '\(Command.path)' verify -j 1 '\(folder("good"))' <(exec sleep 60) > '\(folder("told"))' 2> '\(folder("errors"))' &
            pid=$!
            until grep -q clean '\(folder("told"))'; do sleep 0.05; done
            kill -\(signal) $pid; wait $pid; status=$?; exit $status
            """
        let result = try Command.shell(line)
        #expect(result.status == 130)
        let told = String(decoding: folder.bytes("told"), as: UTF8.self)
        #expect(told.contains("clean.wav: clean") && told.contains("partial"))
    }
}
