import Codecs
import AudioIO
import Foundation
import Support
import Testing

@Suite struct OutputTests {
    let folder = TemporaryFolder()
    let format = AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16)

    func makeInput() throws {
        let writer = try AudioWriter(folder("in.wav"), format: format)
        try writer.write([Float](repeating: 0.25, count: 100).span)
        try writer.finish()
    }

    @Test func `an output appears when it is finished and not before`() throws {
        let writer = try AudioWriter(folder("out.wav"), format: format)
        try writer.write([0.5, -0.5].span)
        #expect(!folder.contents.contains("out.wav"))
        try writer.finish()
        #expect(folder.contents == ["out.wav"])
    }

    @Test func `an unfinished output leaves no file, and the old file is not changed`() throws {
        folder.write([1, 2, 3], to: "out.wav")
        do {
            let writer = try AudioWriter(folder("out.wav"), format: format)
            try writer.write([0.5].span)
        }
        #expect(folder.contents == ["out.wav"])
        #expect(folder.bytes("out.wav") == [1, 2, 3])
    }

    @Test func `the input is not overwritten, by name, by symbolic or by hard link`() throws {
        try makeInput()
        try FileManager.default.createSymbolicLink(atPath: folder("soft.wav"), withDestinationPath: "in.wav")
        try FileManager.default.linkItem(atPath: folder("in.wav"), toPath: folder("hard.wav"))
        let before = folder.bytes("in.wav")
        for name in ["in.wav", "soft.wav", "hard.wav"] {
            let reader = try AudioReader(folder("in.wav"))
            #expect(throws: AudioFileError.outputIsInput(output: folder(name), input: folder("in.wav"))) {
                try AudioWriter(folder(name), copying: reader)
            }
        }
        #expect(folder.bytes("in.wav") == before)
        #expect(folder.contents == ["hard.wav", "in.wav", "soft.wav"])
    }

    @Test func `an output that cannot be written is an error before anything is read`() {
        #expect {
            try AudioWriter(folder("no/such/out.wav"), format: format)
        } throws: {
            if case .cannotCreate? = $0 as? AudioFileError { true } else { false }
        }
        #expect {
            try AudioWriter(folder.path, format: format)
        } throws: {
            if case .cannotCreate? = $0 as? AudioFileError { true } else { false }
        }
    }

    @Test func `the header of an unfinished recording is right after each refresh`() throws {
        let writer = try AudioWriter(folder("out.wav"), format: format)
        try writer.write([Float](repeating: 0.25, count: 300).span)
        try writer.refreshHeader()
        let hidden = try #require(folder.contents.first)
        let reader = try AudioReader(folder(hidden))
        #expect(reader.frameCount == 300)
        #expect(reader.unreadParts.isEmpty && reader.remarks.isEmpty)
    }

    @Test func `a full device is an error that names the output`() throws {
        let writer = try AudioWriter("/dev/full", format: format, container: .raw)
        #expect {
            try writer.write([0.5].span)
        } throws: {
            if case .writeFailed(path: "/dev/full", _)? = $0 as? AudioFileError { true } else { false }
        }
    }
}
