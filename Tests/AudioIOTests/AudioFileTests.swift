import Codecs
@testable import AudioIO
import Support
import Testing

@Suite struct AudioFileTests {
    let folder = TemporaryFolder()

    static func noise(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float(Int16.random(in: -30000...30000, using: &generator)) / 32768 }
    }

    func readAll(_ path: String, raw: AudioFormat? = nil, block: Int = 997) throws -> (
        format: AudioFormat, bytes: [UInt8]
    ) {
        let reader = try AudioReader(path, raw: raw)
        var (all, bytes): ([UInt8], [UInt8]) = ([], [])
        while try reader.read(frames: block, into: &bytes) > 0 { all += bytes }
        return (reader.format, all)
    }

    /// Whether the file at `path` goes to a decoder of other programs: a process each, of which a test starts few.
    static func isForeign(_ path: String) -> Bool {
        do throws(AudioFileError) {
            let input = try ByteInput(path: path, stoppedBy: { nil })
            return try SampleLayout(input, size: input.size)?.format.format == nil
        } catch {
            if case .notAudio = error { return true }
            return false
        }
    }

    static let files: [(String, SampleEncoding)] = [
        ("a.wav", .unsigned8), ("a.wav", .signed16), ("a.wav", .signed24), ("a.wav", .signed32), ("a.wav", .float32),
        ("a.wav", .float64), ("a.wav", .muLaw), ("a.wav", .aLaw), ("a.flac", .signed16), ("a.flac", .signed24),
        ("a.aiff", .signed16), ("a.aiff", .signed8), ("a.au", .signed16), ("a.au", .muLaw), ("a.au", .aLaw),
        ("a.caf", .float32), ("a.w64", .signed32), ("a.rf64", .signed16), ("a.raw", .signed16),
    ]

    @Test(arguments: files)
    func `written samples are read back, and a copy has the same samples`(name: String, encoding: SampleEncoding) throws
    {
        let format = AudioFormat(sampleRate: 16000, channels: 2, encoding: encoding)
        let samples = AudioFileTests.noise(2 * 5000, seed: 3)
        let writer = try AudioWriter(folder(name), format: format)
        try writer.write(samples.span)
        try writer.finish()
        let raw = name == "a.raw" ? format : nil
        let reader = try AudioReader(folder(name), raw: raw)
        #expect(reader.format.sampleRate == 16000 && reader.format.channels == 2)
        #expect(reader.storedEncoding?.inWAVE == encoding.inWAVE)
        #expect(reader.frameCount == 5000)
        var heard: [Float] = []
        let count = try reader.read(frames: 6000, into: &heard)
        #expect(count == 5000)
        if encoding.bytesPerSample > 1 { #expect(heard == samples) }

        let original = try AudioReader(folder(name), raw: raw)
        let copyName = "copy-" + name
        let copy = try AudioWriter(folder(copyName), copying: original)
        var bytes: [UInt8] = []
        while try original.read(frames: 777, into: &bytes) > 0 { try copy.write(encoded: bytes.span) }
        try copy.finish()
        #expect(try readAll(folder(copyName), raw: raw).bytes == readAll(folder(name), raw: raw).bytes)
        if name.hasSuffix("wav") { #expect(folder.bytes(copyName) == folder.bytes(name)) }
    }

    @Test func `a copy of a WAVE file keeps its header, chunk by chunk`() throws {
        var wav = WAVBytes(samples: (0..<300).map { Int16($0 * 100) })
        wav.extensible = true
        wav.chunks = [("LIST", Array("INFOISFT".utf8) + [5, 0, 0, 0] + Array("abcde".utf8)), ("fact", [44, 1, 0, 0])]
        folder.write(wav.bytes, to: "in.wav")
        let reader = try AudioReader(folder("in.wav"))
        let writer = try AudioWriter(folder("out.wav"), copying: reader)
        var bytes: [UInt8] = []
        while try reader.read(frames: 64, into: &bytes) > 0 { try writer.write(encoded: bytes.span) }
        try writer.finish()
        #expect(folder.bytes("out.wav") == wav.bytes)
    }

    /// Sizes that sox, arecord, GStreamer and ffmpeg put if they cannot seek, and none at all.
    @Test(arguments: [0x7FFF_F000, 0x8000_0000, 0x7FFF_0000, 0xFFFF_FFFF, 3_000_000_000, 0] as [UInt32])
    func `a placeholder size means until the end of the stream`(size: UInt32) throws {
        var wav = WAVBytes(samples: (0..<400).map { Int16($0) })
        wav.dataSize = size
        folder.write(wav.bytes, to: "in.wav")
        let reader = try AudioReader(folder("in.wav"))
        #expect(reader.frameCount == 400)
        #expect(reader.remarks.count == 1 && reader.unreadParts.isEmpty)
        #expect(try readAll(folder("in.wav")).bytes == wav.data)
    }

    @Test func `missing samples are reported, and the others are read`() throws {
        var wav = WAVBytes(samples: (0..<400).map { Int16($0) })
        wav.data.removeLast(101)
        wav.dataSize = 900
        wav.riffSize = 936
        folder.write(wav.bytes, to: "in.wav")
        let reader = try AudioReader(folder("in.wav"))
        #expect(reader.unreadParts == [UnreadPart(.missing, "699 of 900 bytes of samples are there")])
        #expect(try readAll(folder("in.wav")).bytes.count == 698)
    }

    @Test func `chunks behind the samples are not read as samples`() throws {
        let wav = WAVBytes(samples: (0..<400).map { Int16($0) })
        folder.write(wav.bytes + Array("LIST".utf8) + [4, 0, 0, 0] + Array("INFO".utf8), to: "in.wav")
        #expect(try readAll(folder("in.wav")).bytes == wav.data)
    }

    @Test func `a header with impossible values is refused`() {
        for change in [{ $0.channels = 0 }, { $0.rate = 0 }, { $0.rate = 2_000_000_000 }, { $0.channels = 4000 }]
            as [(inout WAVBytes) -> Void]
        {
            var wav = WAVBytes(samples: [1, 2, 3])
            change(&wav)
            let path = folder.write(wav.bytes, to: "in.wav")
            #expect { try AudioReader(path) } throws: { error in
                if case .impossibleFormat? = error as? AudioFileError { true } else { false }
            }
        }
    }

    @Test func `every cut inside a header is reported as a truncated header`() {
        var wav = WAVBytes(samples: [1, 2, 3])
        wav.chunks = [("LIST", [1, 2, 3, 4])]
        for count in 12..<(wav.bytes.count - wav.data.count) {
            let path = folder.write(Array(wav.bytes.prefix(count)), to: "in.wav")
            #expect(throws: AudioFileError.truncatedHeader(path: path)) { try AudioReader(path) }
        }
    }

    @Test func `random bytes and damaged headers are refused or read without a crash`() {
        var generator = SeededGenerator(seed: 5)
        var foreign = 0
        let wav = WAVBytes(samples: (0..<50).map { Int16($0) }).bytes
        for round in 0..<400 {
            var bytes = wav
            for _ in 0..<(1 + round % 5) {
                bytes[Int.random(in: 12..<44, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            let path = folder.write(bytes, to: "in.wav")
            let isForeign = Self.isForeign(path)
            if isForeign { foreign += 1 }
            guard !isForeign || foreign <= 10, let reader = try? AudioReader(path) else { continue }
            var samples: [Float] = []
            var frames = 0
            while let count = try? reader.read(frames: 64, into: &samples), count > 0 { frames += count }
            // No coding that a decoder of other programs knows gives more than 64 frames a byte.
            #expect(frames <= (isForeign ? 64 : 2) * bytes.count, "seed 5, round \(round)")
        }
    }
}
