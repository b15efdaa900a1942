import Foundation
import Glibc
import Support
import Testing

/// Links in the folders of `redact` and `verify`: outside the folders, only files that a user named may change.
@Suite(.ownThread) struct LinkTests {
    private let folder = TemporaryFolder()
    private let recording: [UInt8] = {
        var sound = Sound(seed: 4)
        sound.silence(0.4)
        sound.pair(697, 1209, seconds: 0.1)
        sound.silence(0.4)
        sound.addNoise(level: -50)
        return WAVBytes(samples: sound.integers).bytes
    }()

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    }

    private func link(_ name: String, to target: String) { #expect(unsafe symlink(target, folder(name)) == 0) }

    @Test func `A link to a file outside a folder is left and listed, unless links are followed`() throws {
        try makeFolder("tree")
        folder.write(recording, to: "outside.wav")
        folder.write(recording, to: "tree/own.wav")
        link("tree/l.wav", to: "../outside.wav")
        let left = try Command.run(["redact", "--in-place", folder("tree")])
        #expect(left.status == 65 && folder.bytes("outside.wav") == recording)
        #expect(left.errors.contains("l.wav: left as it was: it is a link to /"), "\(left.errors)")
        #expect(left.errors.contains("outside.wav"))
        #expect(folder.bytes("tree/own.wav") != recording && !left.text.contains("changed"))
        let followed = try Command.run(["redact", "--in-place", "--follow", folder("tree")])
        #expect(followed.status == 0 && folder.bytes("outside.wav") != recording)
        #expect(followed.text.contains("was changed: /") && followed.text.contains("outside.wav"), "\(followed.text)")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("tree/l.wav")) == "../outside.wav")
    }

    @Test func `For a named link, the file that it leads to is reported`() throws {
        try makeFolder("tree")
        folder.write(recording, to: "outside.wav")
        link("tree/l.wav", to: "../outside.wav")
        let named = try Command.run(["redact", "--in-place", folder("tree/l.wav")])
        #expect(named.status == 0 && folder.bytes("outside.wav") != recording)
        #expect(named.text.contains("was changed: /") && named.text.contains("outside.wav"), "\(named.text)")
        // A link to the folder is the user's own spelling of it.
        folder.write(recording, to: "tree/own.wav")
        link("spelling", to: "tree")
        let spelled = try Command.run(["redact", "--in-place", folder("spelling/own.wav")])
        #expect(spelled.status == 0 && !spelled.text.contains("was changed"), "\(spelled.text)")
    }

    @Test func `A linked folder is cleaned in place only if links are followed`() throws {
        for name in ["tree", "outside"] { try makeFolder(name) }
        folder.write(recording, to: "outside/call.wav")
        link("tree/sub", to: "../outside")
        let left = try Command.run(["redact", "--in-place", folder("tree")])
        #expect(left.status == 65 && folder.bytes("outside/call.wav") == recording)
        #expect(left.errors.contains("is a link to a folder and was not walked"), "\(left.errors)")
        let followed = try Command.run(["redact", "--in-place", "--follow", folder("tree")])
        #expect(followed.status == 0 && folder.bytes("outside/call.wav") != recording)
        #expect(followed.text.contains("was changed: /"), "\(followed.text)")
    }

    @Test(arguments: [[], ["--copy-clean", "copy"], ["--copy-clean", "link"]])
    func `No copy goes through a link below the folder of copies`(options: [String]) throws {
        for name in ["tree/sub", "out", "elsewhere"] { try makeFolder(name) }
        let clean = WAVBytes(samples: [Int16](repeating: 0, count: 8000)).bytes
        for (name, bytes) in [("sub/tones.wav", recording), ("sub/clean.wav", clean), ("top.wav", recording)] {
            folder.write(bytes, to: "tree/" + name)
        }
        link("out/sub", to: "../elsewhere")
        let result = try Command.run(["redact", "--out", folder("out")] + options + [folder("tree")])
        #expect(result.status == 73)
        #expect(result.errors.contains("out/sub: cannot be made: it is a symbolic link"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("elsewhere")).isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder("out/top.wav")))
    }

    @Test func `No picture of a report goes through a link`() throws {
        for name in ["report", "elsewhere"] { try makeFolder(name) }
        let path = folder.write(recording, to: "call.wav")
        link("report/pictures", to: "../elsewhere")
        let arguments = ["verify", "--sign-key", folder("key.pem"), "--report", folder("report"), path]
        let result = try Command.run(arguments)
        #expect(result.status == 73 && result.errors.contains("report/pictures"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("elsewhere")).isEmpty)
        // The folder that was named may itself be a link.
        link("other", to: "elsewhere")
        #expect(try Command.run(arguments.map { $0 == folder("report") ? folder("other") : $0 }).status == 1)
        #expect(FileManager.default.fileExists(atPath: folder("elsewhere/pictures/1-1.png")))
    }

    /// Every input that is read whole, as a pipe without a writer.
    @Test func `A pipe in place of a report, a state or a key is reported without waiting`() throws {
        try makeFolder("report")
        let call = folder.write(recording, to: "call.wav")
        let key = folder.write(Array("no key".utf8), to: "key")
        for name in ["report/summary.json", "pipe"] { #expect(unsafe mkfifo(folder(name), 0o600) == 0) }
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (["verify", "--check-report", folder("report"), "--key", key], 66, "it is a pipe (FIFO)"),
            (["verify", "--check-report", folder("report"), "--key", folder("pipe")], 65, "it is a pipe (FIFO)"),
            (["verify", "--report", folder("new"), "--sign-key", folder("pipe"), call], 65, "it is a pipe (FIFO)"),
            (["verify", "--resume", folder("pipe"), call], 65, "is no state file"),
            (["ledger", "verify", folder("none.db"), "--head", folder("pipe")], 66, "it is a pipe (FIFO)"),
            (["pay", call, "--gateway", "mock", "--no-ledger", "--keypad", folder("pipe")], 66, "it is a pipe (FIFO)"),
        ]
        for (arguments, status, words) in cases {
            let result = try Command.run(arguments)
            #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result.errors)")
        }
        // What the shell opens is no pipe with a name.
        let read = try Command.shell(
            "\(Command.path) verify --files-from <(echo \(call)); echo $?; \(Command.path) verify --check-report "
                + "\(folder("report")) --key <(cat \(key)) 2>&1")
        #expect(read.text.contains("with digits\n1\n") || read.text.contains("digits"), "\(read.text)")
        #expect(!read.text.contains("cannot be used as a key: it is"), "\(read.text)")
    }
}
