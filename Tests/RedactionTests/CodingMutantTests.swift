import Codecs
import AudioIO
import Glibc
import Support
import Testing

@testable import Redaction

/// Mutants of files whose tags a clean copy keeps. They never trap, and the copied tags are bytes of the file.
@Suite(.ownThread) struct CodingMutantTests {
    private let folder = TemporaryFolder()

    private func made(_ name: String) throws -> [UInt8] {
        var sound = Sound(seed: 6)
        sound.pair(770, 1336, seconds: 0.2)
        let format = AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16)
        let writer = try AudioWriter(folder(name), format: format)
        try writer.write(sound.samples.span)
        try writer.finish()
        return folder.bytes(name)
    }

    /// Whether `splice`, of a file of `size` bytes and an encoded one of `encodedSize`, takes nothing from beyond them.
    private func isWithin(_ splice: Splice, _ size: Int, _ encodedSize: Int) -> Bool {
        splice.parts.allSatisfy {
            switch $0 {
            case .bytes: true
            case .original(let range): (0...size).contains(range.lowerBound) && range.upperBound <= size
            case .encoded(let range): (0...encodedSize).contains(range.lowerBound) && range.upperBound <= encodedSize
            }
        }
    }

    @Test func `Chunks, FLAC blocks, Ogg pages and MPEG frames`() throws {
        var wholes = try ["a.wav", "a.aiff", "a.caf", "a.w64", "a.flac", "a.opus", "a.ogg", "a.mp3"].map {
            try made($0)
        }
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 12] + [UInt8](repeating: 65, count: 12)
        wholes.append(tag + wholes[7] + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125))
        wholes.append(tag + wholes[4])
        let (flac, mpeg) = (open("a.flac"), open("a.mp3"))
        defer { for file in [flac, mpeg] { close(file) } }
        let (flacSize, mpegSize) = (wholes[4].count, wholes[7].count)
        let newMPEG = try #require(MPEGStream(mpeg, 0..<mpegSize))
        forEachMutant(of: wholes, usually: 4000) { bytes in
            folder.write(bytes, to: "mutant")
            let (file, size) = (open("mutant"), bytes.count)
            defer { close(file) }
            if let chunks = ChunkFile(file, size: size) {
                #expect(chunks.chunks.allSatisfy { $0.range.lowerBound >= 0 && $0.range.upperBound <= size })
            }
            if let splice = Splice.flac(file, size: size, flac, encodedSize: flacSize) {
                #expect(isWithin(splice, size, flacSize))
            }
            if let stream = OggStream(file, size: size) { _ = stream.nominalRate }
            if let old = MPEGStream(file, 0..<size) {
                #expect(isWithin(Splice.mpeg(old, size: size, newMPEG, encodedSize: mpegSize), size, mpegSize))
                _ = (old.meanRate, old.isConstant)
            }
        }
    }

    private func open(_ name: String) -> Int32 { unsafe Glibc.open(folder(name), O_RDONLY | O_CLOEXEC) }
}
