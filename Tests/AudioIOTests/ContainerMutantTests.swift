import Codecs
import Glibc
import Support
import Testing

@testable import AudioIO

/// Mutants of every container that this package reads. They never trap, and the samples read are bytes of the file.
@Suite(.ownThread) struct ContainerMutantTests {
    private let folder = TemporaryFolder()

    private func made(_ name: String) throws -> [UInt8] {
        var sound = Sound(seed: 5)
        sound.silence(0.05)
        sound.pair(770, 1336, seconds: 0.05)
        let format = AudioFormat(
            sampleRate: 8000, channels: name == "a.wav49" ? 1 : 2, encoding: name == "a.au" ? .aLaw : .signed16)
        let writer = try AudioWriter(folder(name), format: format)
        try writer.write((sound.samples + sound.samples).span)
        try writer.finish()
        return folder.bytes(name)
    }

    @Test(arguments: ["a.wav", "a.aiff", "a.au", "a.caf", "a.w64", "a.rf64", "a.flac", "a.ogg", "a.mp3", "a.wav49"])
    func `A mutant of a container is read or refused`(name: String) throws {
        let whole = try made(name)
        var read = 0
        forEachMutant(of: [whole, whole + whole, Array(whole.prefix(90))]) { bytes in
            guard !bytes.isEmpty else { return }
            folder.write(bytes, to: "mutant")
            guard let input = try? ByteInput(path: folder("mutant"), stoppedBy: { nil }) else { return }
            if let layout = try? SampleLayout(input, size: bytes.count) {
                let ends = layout.pieces.map(\.lowerBound) + layout.pieces.map(\.upperBound)
                #expect(ends.allSatisfy { (0...bytes.count).contains($0) }, "\(layout)")
                #expect(zip(layout.pieces, layout.pieces.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
                if layout.format.format != nil { read += frames(folder("mutant"), of: bytes) }
            }
            _ = try? JoinedFiles.find(in: input)
            if let file = try? SoundFile(reading: input) {
                var samples: [UInt8] = []
                for _ in 0..<8 where file.read(frames: 4096, into: &samples) == 0 { break }
            }
        }
        #expect(read > 0 || ["a.flac", "a.ogg", "a.mp3", "a.wav49"].contains(name))
    }

    /// Frames that are read of the file at `path`, which holds `bytes`.
    private func frames(_ path: String, of bytes: [UInt8]) -> Int {
        guard let reader = try? AudioReader(path) else { return 0 }
        var (frames, block): (Int, [UInt8]) = (0, [])
        while let count = try? reader.read(frames: 997, into: &block), count > 0 { frames += count }
        #expect(frames <= bytes.count)
        return frames
    }

    @Test func `A mutant from a pipe is read or refused`() throws {
        let wholes = try ["a.wav", "a.aiff", "a.caf", "a.w64"].map { try made($0) }
        forEachMutant(of: wholes) { bytes in
            // A file fits into a pipe whole.
            var ends: [Int32] = [-1, -1]
            #expect(unsafe pipe(&ends) == 0)
            _ = unsafe write(ends[1], bytes, bytes.count)
            close(ends[1])
            _ = frames("/proc/self/fd/\(ends[0])", of: bytes)
            close(ends[0])
        }
    }
}
