import Codecs
@testable import AudioIO
import Support
import Testing

/// Formats that a name or the first bytes give away.
@Suite struct FormatNameTests {
    let folder = TemporaryFolder()

    @Test(arguments: [
        ("a.ulaw", 8000, SampleEncoding.muLaw), ("a.UL", 8000, .muLaw), ("a.alaw", 8000, .aLaw),
        ("a.sln", 8000, .signed16),
        ("a.sln16", 16000, .signed16), ("a.sln44", 44100, .signed16), ("a.sln192", 192_000, .signed16),
    ])
    func `Asterisk's suffixes give rate and encoding`(name: String, rate: Int, encoding: SampleEncoding) throws {
        let path = folder.write([UInt8](repeating: 0x55, count: 4001), to: name)
        let reader = try AudioReader(path)
        #expect(reader.format == AudioFormat(sampleRate: rate, channels: 1, encoding: encoding))
        var bytes: [UInt8] = []
        #expect(try reader.read(frames: 9000, into: &bytes) == 4001 / encoding.bytesPerSample)
    }

    @Test func `a known container with such a suffix is read as that container`() throws {
        let path = folder.write(WAVBytes(samples: [1, 2, 3]).bytes, to: "a.sln16")
        #expect(try AudioReader(path).format.sampleRate == 8000)
    }

    static let containers: [[UInt8]] = [
        WAVBytes(samples: [1]).bytes, [0, 0, 0, 32] + Array("ftypM4A ".utf8), [0x1A, 0x45, 0xDF, 0xA3, 1],
        Array("OggS".utf8), Array("fLaC".utf8), Array("#!AMR\n".utf8), [0xFF, 0xF1, 0x50, 0x80, 0x40, 0x1F, 0xFC],
        Array("wvpk".utf8), [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], Array("caff".utf8),
    ]

    @Test(arguments: containers)
    func `a known container is read as raw samples only if forced`(head: [UInt8]) throws {
        let path = folder.write(head + [UInt8](repeating: 9, count: 64), to: "a.bin")
        let raw = AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16)
        #expect {
            try AudioReader(path, raw: raw)
        } throws: {
            if case .notRaw? = $0 as? AudioFileError { true } else { false }
        }
        #expect(try AudioReader(path, raw: raw, forcesRaw: true).frameCount == (head.count + 64) / 2)
    }

    /// Speech-like noise, low-passed, with pauses; loud.
    static func speech(_ count: Int) -> [Float] {
        var (state, last): (Float, Float) = (0, 0)
        return AudioFileTests.noise(count, seed: 4).enumerated().map { index, sample in
            last = 0.9 * last + 0.1 * sample
            state = 0.9 * state + 0.1 * last
            return index / 4000 % 3 == 2 ? sample * 0.001 : max(-1, min(1, 4 * state))
        }
    }

    @Test(arguments: [SampleEncoding.muLaw, .aLaw, .signed16, SampleEncoding(.signed, bits: 16, isBigEndian: true)!])
    func `raw samples that are noise near full scale are reported, and correct ones are not`(encoding: SampleEncoding)
        throws
    {
        var bytes: [UInt8] = []
        encoding.encode(Self.speech(40000).span, appendingTo: &bytes)
        let path = folder.write(bytes, to: "a.raw")
        func unreadParts(_ claimed: SampleEncoding) throws -> [UnreadPart] {
            let reader = try AudioReader(path, raw: AudioFormat(sampleRate: 8000, channels: 1, encoding: claimed))
            var block: [UInt8] = []
            while try reader.read(frames: 4096, into: &block) > 0 {}
            return reader.unreadParts
        }
        #expect(try unreadParts(encoding).isEmpty)
        if encoding.kind == .signed {
            var swapped = encoding
            swapped.isBigEndian.toggle()
            #expect(try unreadParts(swapped) == [NoiseDetector.finding])
        }
        var generator = SeededGenerator(seed: 8)
        folder.write((0..<40000).map { _ in UInt8.random(in: 0...255, using: &generator) }, to: "a.raw")
        #expect(try unreadParts(.signed16) == [NoiseDetector.finding])
    }

    @Test(arguments: ["a.mp4", "a.m4a", "a.wma", "a.webm", "a.xyz", "a.amr"])
    func `a name whose format cannot be written is refused`(name: String) {
        let format = AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16)
        #expect(throws: AudioFileError.unknownContainer(path: folder(name))) {
            try AudioWriter(folder(name), format: format)
        }
    }

    @Test(arguments: ["a.mp3", "a.ogg", "a.opus", "a.gsm", "a.wav49", "a.flac", "a.snd"])
    func `the format of a name is written and read back`(name: String) throws {
        let format = AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16)
        let writer = try AudioWriter(folder(name), format: format)
        try writer.write([Float](repeating: 0.1, count: 8000).span)
        try writer.finish()
        let known = KnownContainer.name(of: Array(folder.bytes(name).prefix(64)))
        #expect(
            name == "a.gsm" ? known == nil : known != "a RIFF file (WAVE, AVI)" || name == "a.wav49", "\(known ?? "")")
        let reader = try AudioReader(folder(name))
        var (block, frames): ([Float], Int) = ([], 0)
        while try reader.read(frames: 4096, into: &block) > 0 { frames += block.count }
        #expect(frames >= 8000 && reader.unreadParts.isEmpty, "\(frames) \(reader.unreadParts)")
    }
}
