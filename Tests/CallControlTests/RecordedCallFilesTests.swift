import AudioIO
import Codecs
import Foundation
import Support
import Testing

@testable import CallControl

/// What a recorded call leaves in its folder.
struct RecordedCallFilesTests {
    private func call(_ folder: TemporaryFolder, _ encoding: SampleEncoding) throws -> AudioReader {
        let path = folder("in.wav")
        let writer = try AudioWriter(path, format: AudioFormat(sampleRate: 8000, channels: 2, encoding: encoding))
        try writer.write([Float](repeating: 0, count: 2).span)
        try writer.finish()
        return try AudioReader(path)
    }

    private func samples(_ path: String) throws -> [Float] {
        let reader = try AudioReader(path)
        var all: [Float] = []
        var part: [Float] = []
        while try reader.read(frames: 4096, into: &part) > 0 { all += part }
        return all
    }

    @Test(arguments: [SampleEncoding.signed16, .float32, .muLaw])
    func `the agent's file is the caller's leg, the recording has both, as the call's samples are stored`(
        encoding: SampleEncoding
    ) throws {
        let folder = TemporaryFolder()
        let files = try RecordedCallFiles(folder: folder("out"), copying: try call(folder, encoding))
        let frames = (0..<4000).map { Float($0 % 2 == 0 ? 0.25 : -0.5) }
        files.hear(frames.span)
        let (first, rest) = (Array(frames[..<1000]), Array(frames[1000...]))
        try files.write(first.span)
        try files.write(rest.span)
        try files.finish(nil, removed: [100..<200])
        #expect(
            Set(RecordedCallFiles.paths(in: folder("out")))
                == Set(
                    ["agent.wav", "recording.wav", "receipt.txt", "spectrogram.png"].map { folder("out/" + $0) }))
        let agent = try samples(folder("out/agent.wav"))
        #expect(agent.count == 2000 && agent.allSatisfy { abs($0 - 0.25) < 0.01 })
        let recording = try samples(folder("out/recording.wav"))
        #expect(recording.count == 4000)
        #expect(zip(recording, frames).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(folder.bytes("out/spectrogram.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // A payment that was not taken has no receipt.
        #expect(folder.bytes("out/receipt.txt").isEmpty)
    }

    @Test func `an abandoned call leaves no file`() throws {
        let folder = TemporaryFolder()
        do {
            let files = try RecordedCallFiles(folder: folder("out"), copying: try call(folder, .signed16))
            try files.write([Float](repeating: 0.1, count: 2000).span)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")).isEmpty)
    }
}
