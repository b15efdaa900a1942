import AudioIO
import Foundation
import Support
import Testing
import Verification

@testable import Archive
@testable import Redaction

/// A call with tones between chunks that no audio program knows.
private func recording() -> [UInt8] {
    var sound = Sound(seed: 2)
    sound.silence(0.4)
    for key in keyFrequencies.prefix(3) {
        sound.pair(key.low, key.high, seconds: 0.1)
        sound.silence(0.2)
    }
    sound.addNoise(level: -50)
    var wav = WAVBytes(samples: sound.integers)
    wav.chunks = [
        ("bext", [UInt8](repeating: 7, count: 601)), ("LIST", Array("INFOICMT".utf8) + [4, 0, 0, 0, 65, 66, 67, 0]),
    ]
    return wav.bytes + Array("cue ".utf8) + [4, 0, 0, 0, 0, 0, 0, 0]
}

@Suite(.ownThread) struct RedactorTests {
    @Test func `Only samples of tones change; chunks, times and permissions stay`() throws {
        let folder = TemporaryFolder()
        let before = recording()
        let path = folder.write(before, to: "call.wav")
        let time = Date(timeIntervalSince1970: 1_500_000_000)
        try FileManager.default.setAttributes([.modificationDate: time, .posixPermissions: 0o640], ofItemAtPath: path)
        let result = try #require(try Redactor().redact(path, to: nil))
        #expect(result.outcome == .cleaned)
        let after = folder.bytes("call.wav")
        #expect(after.count == before.count && after != before)
        #expect(after.prefix(680) == before.prefix(680) && after.suffix(12) == before.suffix(12))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.modificationDate] as? Date == time)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
        #expect(RecordingJudgement.hear(path)?.verdict == .clean)
        #expect(folder.contents == ["call.wav"])
    }

    @Test func `A clean recording is left alone, and one that is none is not touched`() throws {
        let folder = TemporaryFolder()
        var sound = Sound()
        sound.silence(0.5)
        let clean = folder.write(WAVBytes(samples: sound.integers).bytes, to: "clean.wav")
        let text = folder.write(Array("text".utf8), to: "text.wav")
        #expect(try Redactor().redact(clean, to: folder("out.wav"))?.outcome == .clean)
        #expect(try Redactor().redact(text, to: folder("out.wav"))?.outcome == .unjudged)
        #expect(folder.contents == ["clean.wav", "text.wav"])
    }

    @Test func `A copy that a killed run left is replaced`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(), to: "call.wav")
        folder.write([1, 2, 3], to: ".redacting-call.wav")
        #expect(try Redactor().redact(path, to: nil)?.outcome == .cleaned)
        #expect(folder.contents == ["call.wav"])
    }

    @Test func `A link is followed, and other names of the file are told`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(), to: "call.wav")
        try FileManager.default.createSymbolicLink(atPath: folder("link.wav"), withDestinationPath: path)
        try FileManager.default.linkItem(atPath: path, toPath: folder("hard.wav"))
        let result = try #require(try Redactor().redact(folder("link.wav"), to: nil))
        #expect(result.otherNames == 1)
        #expect(RecordingJudgement.hear(path)?.verdict == .clean)
        #expect(RecordingJudgement.hear(folder("hard.wav"))?.verdict == .digits)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("link.wav")) == path)
    }

    @Test func `A folder that cannot be written to is an error, and the recording stays`() throws {
        let folder = TemporaryFolder()
        let before = recording()
        let path = folder.write(before, to: "call.wav")
        #expect(throws: AudioFileError.self) { try Redactor().redact(path, to: "/nonexistent/out.wav") }
        #expect(folder.bytes("call.wav") == before)
    }
}
