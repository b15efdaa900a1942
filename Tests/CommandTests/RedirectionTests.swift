import Foundation
import Support
import Testing

/// What a shell does to standard input and output before a command begins.
@Suite(.ownThread) struct RedirectionTests {
    let folder = TemporaryFolder()

    /// Runs a line of shell in the folder, where `tonewall` is `$T`; a command that hangs is ended with 124.
    private func shell(_ line: String) throws -> (text: String, status: Int32) {
        try Command.shell("T='timeout 60 \(Command.path)'; cd '\(folder.path)'; \(line)")
    }

    @Test(arguments: ["decode -", "decode -t raw -r 8000 -", "suppress - out.wav", "suppress -t raw -r 8000 - out.wav"])
    func `a closed standard input is an error without waiting`(arguments: String) throws {
        let result = try shell("$T \(arguments) <&- 2>&1")
        #expect(result.status == 74)
        #expect(result.text.hasPrefix("tonewall: standard input: reading failed: "), "\(result.text)")
        #expect(folder.contents.isEmpty)
    }

    @Test func `a closed standard output is an error, and no file takes its number`() throws {
        _ = try Command.run(["synth", "159", folder("in.wav")])
        let before = folder.bytes("in.wav")
        for arguments in ["decode in.wav", "suppress in.wav -"] {
            let result = try shell("$T \(arguments) 2>&1 >&-")
            #expect(result.status == 74)
            #expect(result.text.hasPrefix("tonewall: standard output: writing failed: "), "\(result.text)")
            #expect(result.text.contains("(it is closed; ") && !result.text.contains("space"), "\(result.text)")
        }
        #expect(folder.bytes("in.wav") == before)
    }

    @Test func `without standard descriptors a file is cleaned as usual`() throws {
        _ = try Command.run(["synth", "--noise", "-50", "159", folder("in.wav")])
        #expect(try shell("$T suppress in.wav out.wav <&- >&- 2>&-").status == 0)
        #expect(try shell("$T suppress in.wav as-usual.wav").status == 0)
        #expect(folder.bytes("out.wav") == folder.bytes("as-usual.wav"))
    }

    @Test(arguments: [">out", ">>out"])
    func `a header after existing content of the output is corrected at its position`(redirection: String) throws {
        _ = try Command.run(["synth", "--noise", "-50", "159", folder("in.wav")])
        #expect(try shell("{ printf before; $T suppress - - <in.wav; } \(redirection)").status == 0)
        #expect(try shell("$T suppress - clean.wav <in.wav").status == 0)
        #expect(folder.bytes("out") == Array("before".utf8) + folder.bytes("clean.wav"))
    }
}
