import Codecs
import Foundation
import Glibc
import Support
import Testing

/// The habits of a command in a pipe (standard input and output as `-`).
@Suite(.ownThread) struct PipeTests {
    let folder = TemporaryFolder()
    static let rawOptions = ["-t", "raw", "-r", "8000", "-c", "1", "-b", "16", "-e", "signed"]

    /// Samples of keys in noise, 16 bits.
    func call(_ keys: String = "159#0", options: [String] = []) throws -> [UInt8] {
        try Command.run(["synth", "--noise", "-50"] + options + ["-t", "raw", keys, "-"]).output
    }

    func wav(_ data: [UInt8], _ change: (inout WAVBytes) -> Void = { _ in }) -> [UInt8] {
        var wav = WAVBytes()
        wav.data = data
        change(&wav)
        return wav.bytes
    }

    @Test func `raw samples are decoded, however their bytes are split`() throws {
        let samples = try call()
        for size in [1, 3, 7, 159, 4097] {
            let command = try Command(["decode"] + PipeTests.rawOptions + ["-"])
            let bytes = size == 1 ? Array(samples.prefix(4000)) : samples
            for start in stride(from: 0, to: bytes.count, by: size) {
                command.write(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            let result = command.finish()
            #expect(result.text == (size == 1 ? "15\n" : "159#0\n"), "\(size) bytes at a time")
            #expect(result.status == 0 && result.errors.isEmpty)
        }
    }

    @Test func `an odd byte at the end of raw samples is dropped`() throws {
        let samples = try call()
        let result = try Command.run(["suppress"] + PipeTests.rawOptions + ["-", "-"], input: samples + [7])
        #expect(result.status == 0)
        #expect(result.output.count == samples.count)
    }

    /// Headers as sox, arecord, GStreamer and ffmpeg write them to a pipe.
    @Test(arguments: [0x7FFF_F000, 0x8000_0000, 0x7FFF_0000, 0xFFFF_FFFF, 0] as [UInt32])
    func `a WAVE stream of unknown length is read to its end`(size: UInt32) throws {
        let bytes = wav(try call()) {
            $0.dataSize = size
            $0.riffSize = 0xFFFF_FFFF
            $0.chunks = [("LIST", Array("INFOISFT\u{0E}\0\0\0Lavf59.27.100\0".utf8)), ("fact", [0, 0, 0, 0])]
        }
        let decoded = try Command.run(["decode", "-"], input: bytes)
        #expect(decoded.text == "159#0\n")
        #expect(decoded.errors.isEmpty)
        let clean = try Command.run(["suppress", "-", "-"], input: bytes)
        #expect(clean.status == 0 && clean.errors.isEmpty)
        #expect(clean.output.count == bytes.count)
        let header = bytes.count - (try call()).count
        #expect(clean.output.prefix(header) == bytes.prefix(header))
        #expect(try Command.run(["decode", "-"], input: clean.output).text == "\n")
    }

    /// RF64 (EBU Tech 3306) as a writer to a pipe leaves it: no size, or all ones.
    @Test(arguments: [0x00, 0xFF] as [UInt8])
    func `an RF64 stream of unknown length is read to its end`(size: UInt8) throws {
        let bytes = wav(try call()) {
            $0.riff = "RF64"
            ($0.riffSize, $0.dataSize) = (0xFFFF_FFFF, 0xFFFF_FFFF)
            $0.chunks = [("ds64", [UInt8](repeating: size, count: 24) + [0, 0, 0, 0])]
        }
        #expect(try Command.run(["decode", "-"], input: bytes).text == "159#0\n")
        #expect(try Command.run(["suppress", "-", "-"], input: bytes).output.count == bytes.count)
    }

    @Test(arguments: [["-r", "8k", "-e", "u-law", "-b", "8"], ["-r", "8k", "-L"], ["-r", "8.0k", "-B"]])
    func `raw samples are described with the options of sox`(options: [String]) throws {
        var samples = try call(options: options.contains("u-law") ? ["-e", "mu-law"] : [])
        if options.contains("-B") {
            for index in stride(from: 0, to: samples.count, by: 2) { samples.swapAt(index, index + 1) }
        }
        #expect(try Command.run(["decode", "-t", "raw"] + options + ["-"], input: samples).text == "159#0\n")
    }

    @Test(arguments: [("mu-law", 7), ("a-law", 6)])
    func `G711 is read raw and in WAVE, plain and extensible`(encoding: String, code: UInt16) throws {
        let codes = try call(options: ["-e", encoding])
        #expect(
            try Command.run(["decode", "-t", "raw", "-r", "8000", "-e", encoding, "-"], input: codes).text == "159#0\n")
        for extensible in [false, true] {
            let bytes = wav(codes) {
                $0.code = code
                $0.bits = 8
                $0.extensible = extensible
            }
            #expect(try Command.run(["decode", "-"], input: bytes).text == "159#0\n")
            let clean = try Command.run(["suppress", "-", "-"], input: bytes).output
            #expect(clean.count == bytes.count)
            #expect(try Command.run(["decode", "-"], input: clean).text == "\n")
        }
    }

    @Test func `audio without tones passes bit-exact in every encoding`() throws {
        var generator = SeededGenerator(seed: 77)
        for options in [
            ["-b", "8"], ["-b", "16"], ["-b", "24"], ["-b", "32"], ["-b", "8", "-e", "signed"], ["-e", "mu-law"],
            ["-e", "a-law"],
            ["-b", "16", "-B"],
        ] {
            // Quiet noise: high bytes of the widest samples that stay small, low bytes that are anything.
            let width = options.contains("32") ? 4 : options.contains("24") ? 3 : options.contains("16") ? 2 : 1
            let bytes: [UInt8] = (0..<(3 * 8000 * width)).map { index in
                let isHigh = index % width == (options.contains("-B") ? 0 : width - 1)
                return isHigh && width > 1
                    ? [0, 255, 1, 254].randomElement(using: &generator)! : .random(in: 0...255, using: &generator)
            }
            let clean = try Command.run(["suppress", "-t", "raw", "-r", "8000"] + options + ["-", "-"], input: bytes)
            #expect(clean.output == bytes, "\(options)")
        }
    }

    @Test func `a block comes out later by the look-ahead only`() throws {
        let command = try Command(["suppress"] + PipeTests.rawOptions + ["-", "-"])
        let silence = [UInt8](repeating: 0, count: 320)
        for block in 1...50 {
            command.write(silence)
            // 20 ms of look-ahead are held back, everything else is there before the next block goes in.
            let due = 320 * block - 320
            #expect(command.output(atLeast: due).count == due)
        }
        #expect(command.finish().output.count == 50 * 320)
    }

    @Test func `an incomplete frame does not delay the frames before it`() throws {
        let command = try Command(["suppress", "-t", "raw", "-r", "8000", "-c", "2", "-b", "16", "-", "-"])
        // Each block ends in another byte of a frame of 4.
        for block in 1...12 {
            command.write([UInt8](repeating: 0, count: 641))
            let due = (641 * block / 4 - 160) * 4
            #expect(command.output(atLeast: due).count == due)
        }
        #expect(command.finish().output.count == 12 * 641)
    }

    @Test func `a digit is printed while its key is still pressed`() throws {
        let tone = try call("5", options: ["--on", "1000"])
        let command = try Command(["decode"] + PipeTests.rawOptions + ["-"])
        // 40 ms from the onset, and the key goes on.
        command.write(Array(tone.prefix(2 * 320)))
        #expect(command.output(atLeast: 1) == Array("5".utf8))
        #expect(command.finish().text == "5\n")
    }

    @Test func `a named pipe is followed like standard input`() throws {
        let tone = try call("5", options: ["--on", "1000"])
        let path = folder("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let command = try Command(["decode"] + PipeTests.rawOptions + [path])
        let pipe = FileHandle(fileDescriptor: unsafe open(path, O_WRONLY), closeOnDealloc: true)
        try pipe.write(contentsOf: tone.prefix(2 * 320))
        #expect(command.output(atLeast: 1) == Array("5".utf8))
        try pipe.close()
        #expect(command.finish().text == "5\n")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends a stream with held audio written, the header right and status 0`(signal: Int32) throws {
        let samples = [UInt8](repeating: 1, count: 2 * 8000)
        let file = try Command(["suppress"] + PipeTests.rawOptions + ["-", folder("out.wav")])
        file.write(samples)
        let pipe = try Command(["suppress"] + PipeTests.rawOptions + ["-", "-"])
        pipe.write(samples)
        #expect(pipe.output(atLeast: samples.count - 320).count == samples.count - 320)
        // The file's command was given its samples before the pipe's, and a second pipe tells when it has read them.
        while folder.contents.first.map({ folder.bytes($0).count }) != 44 + samples.count - 320 { usleep(1000) }
        for command in [file, pipe] { command.send(signal) }
        for command in [file, pipe] { command.process.waitUntilExit() }
        let (fileResult, pipeResult) = (file.finish(), pipe.finish())
        #expect(fileResult.status == 0 && pipeResult.status == 0)
        #expect(pipeResult.output == samples)
        #expect(folder.contents == ["out.wav"])
        #expect(folder.bytes("out.wav") == wav(samples))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal before the end of a header ends it with 0 and leaves no file`(signal: Int32) throws {
        for arguments in [["decode", "-"], ["suppress", "-", "-"], ["suppress", "-", folder("out.wav")]] {
            for start in ["", "RI", "RIFF\0\0\0\0WAVEfmt "] {
                let command = try Command(arguments)
                command.write(Array(start.utf8))
                command.process.waitUntilItTakes(signal)
                command.send(signal)
                // Its standard input stays open.
                command.process.waitUntilExit()
                let result = command.finish()
                #expect(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(arguments) \(start)")
            }
        }
        #expect(folder.contents.isEmpty)
    }

    @Test func `a second signal ends it at once and leaves no file`() throws {
        // Nobody reads the output, so the first signal's flush cannot end.
        let stalled = Pipe()
        let command = try Command(["suppress"] + PipeTests.rawOptions + ["-", "-"], outputTo: stalled)
        // More than both pipes hold (64 KB each): while the command does not sleep in its write, it reads.
        let silence = [UInt8](repeating: 0, count: 400_000)
        Thread.detachNewThread { [input = UncheckedCommand(command)] in input.command.write(silence) }
        let reader = stalled.fileHandleForReading.fileDescriptor
        var held: Int32 = 0
        while held < 60_000 || !command.process.sleeps, command.process.isRunning {
            usleep(1_000)
            _ = unsafe ioctl(reader, UInt(FIONREAD), &held)
        }
        #expect(held >= 60_000)
        command.send(SIGINT)
        command.process.waitUntilDelivered(SIGINT)
        #expect(command.process.isRunning)
        command.send(SIGINT)
        command.process.waitUntilExit()
        #expect(command.process.terminationStatus == 130)
    }

    @Test func `a reader that goes away ends the command with 141 and no message`() throws {
        let pipe = Pipe()
        let command = try Command(["suppress"] + PipeTests.rawOptions + ["-", "-"], outputTo: pipe)
        try pipe.fileHandleForReading.close()
        try pipe.fileHandleForWriting.close()
        command.write([UInt8](repeating: 0, count: 40_000))
        let result = command.finish()
        #expect(result.status == 141)
        #expect(result.errors.isEmpty)
    }

    @Test func `an empty or foreign stream is an error that names it`() throws {
        let empty = try Command.run(["decode", "-"])
        #expect(empty.status == 65)
        #expect(empty.errors.hasPrefix("tonewall: standard input: is empty"))
        let text = try Command.run(["decode", "-"], input: Array("Not a header at all, only words.".utf8))
        #expect(text.status == 65)
        #expect(text.errors.hasPrefix("tonewall: standard input: is not audio"))
    }
}

/// Two threads write and signal one process; the pipe is the only thing that they share.
private struct UncheckedCommand: @unchecked Sendable {
    let command: Command
    init(_ command: Command) { self.command = command }
}
