import Foundation
import Glibc
import Support
import Testing

/// What `redact` says of a folder: a reason for everything that it left, a cure, and the sums.
@Suite(.ownThread) struct RedactCommandTests {
    private let folder = TemporaryFolder()

    private func recording(key: Bool) -> [UInt8] {
        var sound = Sound(seed: 9)
        sound.silence(0.5)
        if key { sound.pair(941, 1336, seconds: 0.1) }
        sound.silence(0.5)
        sound.addNoise(level: -50)
        return WAVBytes(samples: sound.integers).bytes
    }

    private func encode(_ source: String, _ options: String, to name: String) throws {
        let result = try Command.shell(
            "ffmpeg -nostdin -v error -y -i '\(folder(source))' \(options) '\(folder(name))' 2>&1")
        #expect(result.status == 0, "\(result.text)")
    }

    @Test(arguments: ["avi", "nut", "rm"])
    func `A container that cannot be written is reported with reason and advice, or is clean`(suffix: String) throws {
        folder.write(recording(key: true), to: "k.wav")
        try encode("k.wav", suffix == "rm" ? "-c:a ac3 -ar 32000 -f rm" : "-c:a pcm_s16le", to: "k.\(suffix)")
        let result = try Command.run(["redact", "--out", folder("out"), folder("k.\(suffix)")])
        if result.status != 0 {
            #expect(result.status == 65, "\(result.errors)")
            #expect(result.errors.contains("left as it was: ") && result.errors.contains("--as "), "\(result.errors)")
        }
        let cured = try Command.run(["redact", "--out", folder("cured"), "--as", "wav", folder("k.\(suffix)")])
        #expect(cured.status == 0, "\(cured.errors)")
        #expect(try Command.run(["verify", folder("cured/k.wav")]).status == 0)
    }

    @Test func `The totals come last`() throws {
        try FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
        for (name, key) in [("a.wav", true), ("b.wav", true), ("c.wav", false)] {
            folder.write(recording(key: key), to: "in/" + name)
        }
        folder.write(Array("words".utf8), to: "in/d.wav")
        #expect(unsafe mkfifo(folder("in/e.wav"), 0o600) == 0)
        let result = try Command.run(["redact", "--in-place", folder("in")])
        let sums =
            "4 recordings: 2 cleaned, 1 clean already, 0 left as they were, 1 could not be judged, 1 passed over\n"
        #expect(result.status == 65 && result.text.hasSuffix(sums), "\(result.text)")
        let again = try Command.run(["redact", "--in-place", "--format", "ndjson", folder("in")])
        #expect(!again.text.contains("recordings:"))
    }

    @Test(arguments: [["call.mp3", "call.wav"], ["call.wav", "call.mp3"]])
    func `Two recordings whose copies would have the same name get two copies, and that is reported`(order: [String])
        throws
    {
        try FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
        folder.write(recording(key: true), to: "in/call.wav")
        try encode("in/call.wav", "-b:a 32k", to: "in/call.mp3")
        try encode("in/call.wav", "-b:a 32k", to: "in/other.mp3")
        for (out, paths) in [("out", [folder("in")]), ("named", (order + ["other.mp3"]).map { folder("in/" + $0) })] {
            let result = try Command.run(["redact", "--out", folder(out), "--as", "wav"] + paths)
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder(out)).sorted()
                    == ["call.mp3.wav", "call.wav", "other.wav"])
            #expect(result.errors.contains("its copy is called call.mp3.wav, for call.wav is that of call.wav"))
            #expect(!result.errors.contains("other.mp3.wav"))
            #expect(try Command.run(["verify", folder(out)]).status == 0)
        }
    }
}
