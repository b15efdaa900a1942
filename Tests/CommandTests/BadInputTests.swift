import Foundation
import Support
import Testing

/// Each way in which an input or output can be wrong: one line that names the file, the exit status, nothing left
/// behind.
@Suite(.ownThread) struct BadInputTests {
    let folder = TemporaryFolder()

    /// Checks a `suppress` and a `decode` of the input called `name`.
    func expectFailure(
        _ name: String, status: Int32, saying words: String, options: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = folder.contents
        for arguments in [
            ["decode"] + options + [folder(name)], ["suppress"] + options + [folder(name), folder("out.wav")],
        ] {
            let result = try Command.run(arguments)
            #expect(result.status == status, "\(arguments)", sourceLocation: sourceLocation)
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count == 1, "\(result.errors)", sourceLocation: sourceLocation)
            #expect(
                result.errors.hasPrefix("tonewall: \(folder(name)): "), "\(result.errors)",
                sourceLocation: sourceLocation)
            #expect(result.errors.contains(words), "\(result.errors)", sourceLocation: sourceLocation)
            #expect(result.errors.hasSuffix(")\n"), "no advice: \(result.errors)", sourceLocation: sourceLocation)
        }
        #expect(folder.contents == before, sourceLocation: sourceLocation)
    }

    @Test func `no such file`() throws { try expectFailure("none.wav", status: 66, saying: "no such file") }

    @Test func `a folder`() throws {
        try FileManager.default.createDirectory(atPath: folder("sub.wav"), withIntermediateDirectories: true)
        try expectFailure("sub.wav", status: 66, saying: "folder")
    }

    @Test func `an empty file`() throws {
        folder.write([], to: "empty.wav")
        try expectFailure("empty.wav", status: 65, saying: "empty")
    }

    @Test func `a WAVE file cut inside its header`() throws {
        folder.write(Array(WAVBytes(samples: [1, 2, 3]).bytes.prefix(30)), to: "cut.wav")
        try expectFailure("cut.wav", status: 65, saying: "ends inside its header")
    }

    @Test func `a WAVE file cut inside its samples`() throws {
        folder.write(Array(WAVBytes(samples: [Int16](repeating: 0, count: 4000)).bytes.prefix(3044)), to: "cut.wav")
        try expectFailure("cut.wav", status: 65, saying: "3000 of 8000 bytes")
    }

    @Test func `text called wav`() throws {
        folder.write(Array("Dear diary, nobody called today.\n".utf8), to: "text.wav")
        try expectFailure("text.wav", status: 65, saying: "not audio")
    }

    @Test func `raw samples without a rate`() throws {
        folder.write([0, 1, 2, 3], to: "in.raw")
        try expectFailure("in.raw", status: 64, saying: "rate", options: ["-t", "raw"])
    }

    @Test func `no channels`() throws {
        var wav = WAVBytes(samples: [1, 2, 3])
        wav.channels = 0
        folder.write(wav.bytes, to: "none.wav")
        try expectFailure("none.wav", status: 65, saying: "0 channels")
    }

    @Test(arguments: [0, 2_000_000_000, 768_001, 3_999] as [UInt32])
    func `an impossible sample rate`(rate: UInt32) throws {
        var wav = WAVBytes(samples: [1, 2, 3])
        wav.rate = rate
        folder.write(wav.bytes, to: "rate.wav")
        try expectFailure("rate.wav", status: 65, saying: "rate of \(rate) Hz")
    }

    @Test func `a stated size of three gigabytes is read up to the real end, with a warning`() throws {
        var wav = WAVBytes(samples: [Int16](repeating: 100, count: 4000))
        wav.dataSize = 3_000_000_000
        wav.riffSize = 3_000_000_036
        folder.write(wav.bytes, to: "long.wav")
        let result = try Command.run(["suppress", folder("long.wav"), folder("out.wav")])
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("tonewall: \(folder("long.wav")): its header claims 3000000000 bytes"))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(folder.bytes("out.wav") == WAVBytes(samples: [Int16](repeating: 100, count: 4000)).bytes)
        #expect(try Command.run(["decode", folder("long.wav")]).status == 0)
    }

    @Test func `an output that cannot be made`() throws {
        folder.write(WAVBytes(samples: [1, 2, 3]).bytes, to: "in.wav")
        for output in [folder("no/such/out.wav"), folder.path, "/proc/out.wav"] {
            let result = try Command.run(["suppress", folder("in.wav"), output])
            #expect(result.status == 73)
            #expect(result.errors.hasPrefix("tonewall: \(output): cannot be made: "), "\(result.errors)")
        }
        #expect(folder.contents == ["in.wav"])
    }

    @Test func `an output that is the input`() throws {
        folder.write(WAVBytes(samples: [1, 2, 3]).bytes, to: "in.wav")
        try FileManager.default.createSymbolicLink(atPath: folder("soft.wav"), withDestinationPath: folder("in.wav"))
        try FileManager.default.linkItem(atPath: folder("in.wav"), toPath: folder("hard.wav"))
        for name in ["in.wav", "soft.wav", "hard.wav"] {
            let result = try Command.run(["suppress", folder("in.wav"), folder(name)])
            #expect(result.status == 73)
            #expect(result.errors.hasPrefix("tonewall: \(folder(name)): is the "), "\(result.errors)")
        }
        #expect(folder.bytes("in.wav") == WAVBytes(samples: [1, 2, 3]).bytes)
    }

    @Test func `a full device`() throws {
        folder.write(WAVBytes(samples: [Int16](repeating: 0, count: 9000)).bytes, to: "in.wav")
        let result = try Command.run(["suppress", folder("in.wav"), "/dev/full"])
        #expect(result.status == 74)
        #expect(result.errors.contains("/dev/full: writing failed"))
    }

    @Test func `one bad file among good ones is reported and the others are read`() throws {
        _ = try Command.run(["synth", "159", folder("a.wav")])
        _ = try Command.run(["synth", "26", folder("b.wav")])
        let result = try Command.run(["decode", folder("a.wav"), folder("none.wav"), folder("b.wav")])
        #expect(result.status == 66)
        #expect(result.text == "\(folder("a.wav")): 159\n\(folder("b.wav")): 26\n")
        #expect(result.errors == "tonewall: \(folder("none.wav")): no such file (check the name)\n")
    }

    @Test func `a usage error is one line and repeats no digits`() throws {
        for arguments in [
            ["decode", "--bogus"], ["suppress"], ["suppress", "a", "b", "4242424242424242"], ["synth", "12x", "o.wav"],
            ["decode", "--channel", "4242424242424242x", "a"], ["suppress", "--look-ahead", "90", "a.wav", "b.wav"],
            ["decode", "-t", "raw", "-r", "8000", "-b", "17", "a"], ["decode", "-r", "8000", "a.wav"],
            ["decode", "-t", "raw", "-r", "8000", "-c", "0", "a"], ["decode", "--profile", "none", "a"], ["nonsense"],
        ] {
            let result = try Command.run(arguments)
            #expect(result.status == 64 || (result.status == 66 && arguments[0] == "suppress"), "\(arguments)")
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.hasPrefix("tonewall: "))
            #expect(!result.errors.contains("4242"))
            #expect(result.output.isEmpty)
        }
    }

    @Test(arguments: ["decode", "suppress", "synth"])
    func `help has an example and goes to standard output`(command: String) throws {
        let result = try Command.run([command, "--help"])
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        #expect(result.text.contains("EXAMPLES\n"))
        #expect(result.text.contains("tonewall \(command) "))
    }
}
