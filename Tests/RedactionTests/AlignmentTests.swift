import AudioIO
import Foundation
import Support
import Testing

@testable import Redaction

/// What a copy plays is where the recording has it, whatever its coder puts in front.
@Suite(.ownThread, .serialized) struct AlignmentTests {
    private let folder = TemporaryFolder()

    /// Keys between stretches of voice-like sound, which begins at `start` seconds.
    private func call(rate: Double, voiceAt start: Double) -> [UInt8] {
        var sound = Sound(rate: rate, seed: 5)
        sound.silence(0.8)
        for key in keyFrequencies.prefix(3) {
            sound.pair(key.low, key.high, seconds: 0.1)
            sound.silence(0.2)
        }
        sound.silence(1)
        for at in [start, 2.0] { sound.add(Self.voice(rate), at: Int(at * rate)) }
        sound.addNoise(level: -62)
        var file = WAVBytes(samples: sound.integers)
        file.rate = UInt32(rate)
        return file.bytes
    }

    /// Half a second of harmonics whose pitch and level rise and fall, as no telephone key does.
    private static func voice(_ rate: Double) -> [Float] {
        var phase = 0.0
        return (0..<Int(0.5 * rate)).map { frame in
            let time = Double(frame) / rate
            phase += 2 * .pi * (110 + 50 * sin(2 * .pi * 2.3 * time)) / rate
            let envelope = 0.12 * pow(abs(sin(2 * .pi * 3.1 * time + 0.4)), 2)
            return Float(envelope * (1...8).reduce(0) { $0 + sin(Double($1) * phase) / Double($1) })
        }
    }

    private func encode(_ options: [String], to name: String, rate: Double, voiceAt start: Double = 0.2) throws {
        let source = folder.write(call(rate: rate, voiceAt: start), to: "source.wav")
        try run(["-i", source] + options + [folder(name)])
    }

    private func run(_ arguments: [String]) throws {
        let ffmpeg = Process()
        ffmpeg.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        ffmpeg.arguments = ["-nostdin", "-v", "error", "-y"] + arguments
        ffmpeg.standardOutput = FileHandle.nullDevice
        try ffmpeg.run()
        ffmpeg.waitUntilExit()
        #expect(ffmpeg.terminationStatus == 0)
    }

    private func redact(_ name: String) throws -> Redaction {
        var plan = OutputPlan(folder: folder("out"), sources: [folder(name)])
        return try #require(Redactor().redact(folder(name), called: name, &plan))
    }

    private func samples(_ name: String) throws -> [Float] {
        let reader = try AudioReader(folder(name))
        var (all, block): ([Float], [Float]) = ([], [])
        while try reader.read(frames: 4096, into: &block) > 0 { all += block }
        return all
    }

    /// Frames by which the copy plays the voice behind the keys later.
    private func lag(_ name: String, rate: Double) throws -> Int {
        let (old, new) = (try samples(name), try samples("out/" + name))
        let start = Int(2.05 * rate)
        let wanted = old[start..<start + 1000]
        func difference(_ lag: Int) -> Float {
            zip(wanted, new[(start + lag)...]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let differences = (-1400...1400).map { ($0, difference($0)) }
        return differences.min { $0.1 < $1.1 }?.0 ?? .max
    }

    private static let codings: [(name: String, rate: Double, options: [String])] = [
        ("a.aac", 8000, ["-f", "adts"]), ("a.aac", 16000, ["-f", "adts"]), ("a.ac3", 48000, []),
        ("a.spx", 8000, ["-c:a", "libspeex"]), ("a.mp3", 8000, []), ("a.m4a", 16000, []), ("a.opus", 16000, []),
        ("a.mka", 8000, ["-c:a", "aac"]), ("a.ts", 16000, ["-c:a", "aac"]),
    ]

    @Test(arguments: codings.indices)
    func `A copy plays everything at its original time`(index: Int) throws {
        let (name, rate, options) = Self.codings[index]
        try encode(options, to: name, rate: rate)
        let result = try redact(name)
        #expect(result.outcome == .cleaned, "\(name): \(String(describing: result.refusal))")
        let isTold = result.changes.contains { $0.contains("milliseconds") || $0.contains(" ms ") }
        let lag = try lag(name, rate: rate)
        #expect(abs(lag) <= 2 || isTold, "\(name) \(rate): \(lag)")
        // Of a vocoder no sample need be as it was: it may say that it cannot tell.
        #expect(!isTold || name == "a.spx", "\(name): \(result.changes)")
    }

    /// Nothing that somebody said goes to make room for a coder's silence.
    @Test func `A copy that the coder delays is reported`() throws {
        try encode(["-f", "adts"], to: "a.aac", rate: 8000, voiceAt: 0.05)
        // The packets of the first quarter of a second are left out of the stream.
        try run(["-i", folder("a.aac"), "-ss", "0.26", "-c", "copy", folder("b.aac")])
        let result = try redact("b.aac")
        #expect(result.outcome == .cleaned)
        #expect(result.changes.contains { $0.contains("ms later") }, "\(result.changes)")
    }

    @Test func `A WAVE file of blocks stays as long as it was, half a block at its end too`() throws {
        for (frames, bytes) in [(0, 0), (100, 0), (100, 1), (319, 33)] {
            var sound = Sound(seed: 6)
            sound.silence(0.4)
            sound.pair(697, 1209, seconds: 0.1)
            sound.silence(0.5 + Double(frames) / 8000)
            sound.addNoise(level: -50)
            let source = folder.write(WAVBytes(samples: sound.integers).bytes, to: "source.wav")
            let writer = try AudioWriter(folder("g.wav49"), copying: AudioReader(source))
            var block: [UInt8] = []
            let reader = try AudioReader(source)
            while try reader.read(frames: 4096, into: &block) > 0 { try writer.write(encoded: block.span) }
            try writer.finish()
            // A size that is no whole number of blocks, as sox and others round it.
            var file = folder.bytes("g.wav49") + [UInt8](repeating: 0, count: bytes)
            for at in [4, try #require(file.firstRange(of: Array("data".utf8))?.upperBound)] {
                let size = file[at..<at + 4].reversed().reduce(0) { $0 << 8 | Int($1) } + bytes
                for byte in 0..<4 { file[at + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte)) }
            }
            folder.write(file, to: "g.wav")
            try? FileManager.default.removeItem(atPath: folder("out"))
            let result = try redact("g.wav")
            #expect(result.outcome == .cleaned, "\(frames) \(bytes): \(String(describing: result.refusal))")
            #expect(folder.bytes("out/g.wav").count == file.count + (file.count % 2), "\(frames) \(bytes)")
        }
    }
}
