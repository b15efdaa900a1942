import Support
import Testing

@testable import Archive

struct FileContentTests {
    private func kind(_ bytes: [UInt8], _ name: String = "thing.xyz") -> String {
        let folder = TemporaryFolder()
        folder.write(bytes, to: name)
        return String(describing: FileContent.of(folder(name)))
    }

    @Test(arguments: [
        "RIFF....WAVE", "RF64....WAVE", "fLaC", "OggS", ".snd", "FORM....AIFF", "caff", "ID3", "#!AMR\n", "wvpk",
        "....ftypM4A ", "....ftypisom", "Creative Voice File", "NIST_1A\n",
    ])
    func `Audio is recognised by its first bytes under any name`(start: String) {
        let bytes = Array(start.utf8) + [UInt8](repeating: 0, count: 40)
        #expect(kind(bytes) == "recording" && kind(bytes, "call.txt") == "recording")
    }

    @Test(
        arguments: [
            [0x1A, 0x45, 0xDF, 0xA3, 1], [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], [0xFF, 0xFB, 0x90, 0x64],
            [0xFF, 0xF1, 0x50, 0x80],
        ] as [[UInt8]])
    func `Frames and binary magic numbers are recognised`(start: [UInt8]) {
        #expect(kind(start + [UInt8](repeating: 7, count: 40)) == "recording")
    }

    @Test func `Text, pictures and documents are not audio, and packed files may hold some`() {
        #expect(kind(Array("a line\n".utf8)) == "other" && kind([]) == "other")
        #expect(kind(Array("%PDF-1.7\u{0}".utf8)) == "other")
        #expect(kind([0xFF, 0xD8, 0xFF, 0xE0, 0, 1]) == "other" && kind([0x89, 0x50, 0x4E, 0x47, 1, 0]) == "other")
        #expect(kind(Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ".utf8)) == "other")
        #expect(kind([0x50, 0x4B, 3, 4, 0, 0]) == "packed" && kind([0x1F, 0x8B, 8, 0, 0]) == "packed")
        #expect(kind([0, 255, 3, 127, 128, 0], "call.wav") == "recording")
    }

    @Test func `Unknown content is never called free of audio`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let bytes = [0, 0, 9] + (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(kind(bytes) == "unknown" && kind(bytes, "x.txt") == "other")
        }
        #expect(kind([UInt8](repeating: 0xFF, count: 400)) == "unknown")
    }
}
