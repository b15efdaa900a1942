import Codecs
@testable import AudioIO
import Support
import Testing

/// Files whose containers say too much, too little or twice: every sample is read, or the rest is reported.
@Suite struct ContainerFaultTests {
    let folder = TemporaryFolder()
    static let names = ["a.wav", "a.aiff", "a.au", "a.caf", "a.w64", "a.rf64"]

    /// A file of `count` frames of noise, and its samples as they are read.
    func make(_ name: String, frames: Int, seed: UInt64 = 7, rate: Int = 8000) throws -> (
        bytes: [UInt8], samples: [UInt8]
    ) {
        let format = AudioFormat(sampleRate: rate, channels: 1, encoding: .signed16)
        let writer = try AudioWriter(folder("made-" + name), format: format)
        try writer.write(AudioFileTests.noise(frames, seed: seed).span)
        try writer.finish()
        return (folder.bytes("made-" + name), try heard("made-" + name).bytes)
    }

    func heard(_ name: String) throws -> (bytes: [UInt8], unreadParts: [UnreadPart], remarks: [String]) {
        let reader = try AudioReader(folder(name))
        var (all, bytes): ([UInt8], [UInt8]) = ([], [])
        while try reader.read(frames: 997, into: &bytes) > 0 { all += bytes }
        return (all, reader.unreadParts, reader.remarks)
    }

    @Test(arguments: names)
    func `samples behind the stated size are read and reported`(name: String) throws {
        let (bytes, samples) = try make(name, frames: 4000)
        let more = Array(samples.prefix(3000))
        folder.write(bytes + more, to: name)
        let (all, unreadParts, remarks) = try heard(name)
        #expect(all == samples + more)
        #expect(unreadParts.isEmpty && remarks.count == 1, "\(unreadParts) \(remarks)")
    }

    @Test(arguments: names)
    func `samples that the header promises and that are cut off are reported`(name: String) throws {
        let (bytes, samples) = try make(name, frames: 4000)
        folder.write(Array(bytes.dropLast(3000)), to: name)
        let (all, unreadParts, _) = try heard(name)
        #expect(all == samples.dropLast(3000) && unreadParts.map(\.kind) == [.missing], "\(unreadParts)")
    }

    @Test(arguments: ["a.wav", "a.aiff", "a.caf", "a.w64", "a.rf64"])
    func `a second file is read, and reported if its format differs`(name: String) throws {
        let (first, samples) = try make(name, frames: 3000)
        let (second, others) = try make(name, frames: 2000, seed: 9)
        folder.write(first + second, to: name)
        let joined = try heard(name)
        #expect(joined.bytes == samples + others)
        #expect(joined.unreadParts.isEmpty && joined.remarks.count == 1)
        let (foreign, _) = try make(name, frames: 2000, rate: 16000)
        folder.write(first + foreign, to: name)
        let mixed = try heard(name)
        #expect(mixed.bytes == samples)
        #expect(mixed.unreadParts.map(\.kind) == [.joined] && mixed.unreadParts[0].words.contains("16000 Hz"))
    }

    @Test(arguments: names)
    func `another kind of file behind the samples is reported`(name: String) throws {
        let (bytes, samples) = try make(name, frames: 3000)
        folder.write(bytes + Array("OggS".utf8) + [UInt8](repeating: 1, count: 900), to: name)
        let (all, unreadParts, _) = try heard(name)
        #expect(all == samples && unreadParts.map(\.kind) == [.joined])
    }

    @Test(arguments: ["LIST", "bext", "id3 ", "zzzz"])
    func `a chunk without samples is skipped, with or without its padding`(chunk: String) throws {
        let wav = WAVBytes(samples: (0..<401).map { Int16($0 * 50) })
        for (body, padding) in [(5, 1), (5, 0), (4, 0), (4, 1)] {
            let extra = Array(chunk.utf8) + [UInt8(body), 0, 0, 0] + [UInt8](repeating: 0x41, count: body)
            let tail = extra + [UInt8](repeating: 0, count: padding) + Array("data".utf8) + [4, 0, 0, 0, 1, 2, 3, 4]
            folder.write(wav.bytes + tail, to: "a.wav")
            let (all, unreadParts, _) = try heard("a.wav")
            // Where a name is not known, only its stated size says where the next chunk begins.
            if chunk != "zzzz" || body % 2 == padding {
                #expect(all == wav.data + [1, 2, 3, 4], "body \(body), padding \(padding)")
                #expect(unreadParts.isEmpty)
            }
        }
    }

    @Test func `a size that wrapped at 4 GiB and one whose padding is missing lose nothing`() throws {
        var wav = WAVBytes(samples: (0..<4000).map { Int16(truncatingIfNeeded: $0 * 77) })
        wav.dataSize = 2000
        folder.write(wav.bytes, to: "a.wav")
        #expect(try heard("a.wav").bytes == wav.data)
        wav.bits = 8
        wav.data = (0..<4001).map { UInt8(truncatingIfNeeded: $0) }
        wav.dataSize = nil
        folder.write(wav.bytes + Array("data".utf8) + [3, 0, 0, 0, 7, 8, 9], to: "a.wav")
        #expect(try heard("a.wav").bytes == wav.data + [7, 8, 9])
    }

    /// Channels, bits, bytes a frame, bytes a second; the bits that are heard; whether that is sure.
    static let headers: [(Int, Int, Int, Int, Int, Bool)] = [
        (1, 16, 1, 16000, 16, true), (2, 16, 2, 32000, 16, true), (1, 16, 2, 77, 16, true), (1, 0, 2, 16000, 16, true),
        (1, 24, 4, 32000, 32, true), (1, 16, 3, 77, 16, false), (1, 16, 4, 32000, 16, false),
        (1, 12, 2, 16000, 16, true),
        (2, 8, 4, 32000, 8, false), (1, 0, 0, 16000, 16, false),
    ]

    @Test(arguments: headers)
    func `a contradictory header is resolved by the majority of its fields, or reported`(
        channels: Int, bits: Int, align: Int, byteRate: Int, heardBits: Int, isSure: Bool
    ) throws {
        var bytes = WAVBytes(samples: (0..<4000).map { Int16($0) }).bytes
        func put(_ value: Int, at offset: Int, _ count: Int) {
            for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
        }
        put(channels, at: 22, 2)
        put(byteRate, at: 28, 4)
        put(align, at: 32, 2)
        put(bits, at: 34, 2)
        folder.write(bytes, to: "a.wav")
        let reader = try AudioReader(folder("a.wav"))
        #expect(reader.format.encoding.bytesPerSample * 8 == heardBits)
        #expect(reader.unreadParts.isEmpty == isSure, "\(reader.unreadParts)")
    }

    @Test(arguments: [1, 3, 4, 7]) func `a CAF whose packets contradict its bits is read by its bits, and reported`(
        packet: UInt8
    ) throws {
        var bytes = try make("a.caf", frames: 4000).bytes
        let sound = bytes
        // `caff` and its version, the head of `desc`; in it bytes a packet at 16, bits at 28.
        try #require(Array(bytes[8..<12]) == Array("desc".utf8) && bytes[51] == 16)
        bytes[39] = packet
        folder.write(bytes, to: "b.caf")
        folder.write(sound, to: "c.caf")
        let (reader, other) = (try AudioReader(folder("b.caf")), try AudioReader(folder("c.caf")))
        #expect(reader.format == other.format && other.unreadParts.isEmpty)
        #expect(!reader.unreadParts.isEmpty)
    }

    /// Every damaged head of every container is refused or read: nothing traps, and no more is read than is there.
    @Test(arguments: names)
    func `damaged headers are refused or read without a crash`(name: String) throws {
        let bytes = try make(name, frames: 60).bytes
        var generator = SeededGenerator(seed: 31)
        var foreign = 0
        for round in 0..<500 {
            var damaged = bytes
            for _ in 0..<(1 + round % 6) {
                let at = Int.random(in: 0..<min(120, damaged.count), using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: damaged[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!
                case 1: damaged.remove(at: at)
                case 2: damaged.insert(.random(in: 0...255, using: &generator), at: at)
                default: damaged[at] = .random(in: 0...255, using: &generator)
                }
            }
            if round % 9 == 0 { damaged = Array(damaged.prefix(.random(in: 1..<damaged.count, using: &generator))) }
            folder.write(damaged, to: name)
            if AudioFileTests.isForeign(folder(name)) { foreign += 1 }
            guard foreign <= 5 || !AudioFileTests.isForeign(folder(name)),
                let reader = try? AudioReader(folder(name))
            else { continue }
            var (block, total): ([UInt8], Int) = ([], 0)
            while let count = try? reader.read(frames: 64, into: &block), count > 0, total < 1 << 20 { total += count }
            #expect(total < 1 << 20, "seed 31, round \(round)")
        }
    }
}
