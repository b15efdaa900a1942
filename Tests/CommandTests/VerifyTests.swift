import Foundation
import Support
import Testing

/// A recording of `seconds` with a key of 100 ms in it, or none.
private func recording(key: Bool, seconds: Double = 1) -> [UInt8] {
    var sound = Sound(seed: 8)
    sound.silence(seconds / 2)
    if key { sound.pair(852, 1209, seconds: 0.1) }
    sound.silence(seconds / 2)
    return WAVBytes(samples: sound.integers).bytes
}

@Suite(.ownThread) struct VerifyTests {
    @Test func `Exit status 0, 1 and 65 mean clean, found and unjudged`() throws {
        let folder = TemporaryFolder()
        let clean = folder.write(recording(key: false), to: "clean.wav")
        let digit = folder.write(recording(key: true), to: "digit.wav")
        let text = folder.write(Array("text".utf8), to: "text.wav")
        #expect(try Command.run(["verify", clean]).status == 0)
        #expect(try Command.run(["verify", clean, digit]).status == 1)
        let unjudged = try Command.run(["verify", clean, text])
        #expect(unjudged.status == 65)
        #expect(unjudged.errors.hasPrefix("tonewall: \(text): "))
        let both = try Command.run(["verify", text, digit])
        #expect(both.status == 1 && both.errors.contains(text))
        #expect(try Command.run(["verify", folder("none.wav")]).status == 66)
        #expect(try Command.run(["verify"]).status == 66)
    }

    @Test func `A truncated recording is judged up to its end, and listed`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(Array(recording(key: true).dropLast(2000)), to: "cut.wav")
        let found = try Command.run(["verify", path])
        #expect(found.status == 1 && found.errors.contains("not heard to its end"))
    }

    @Test func `A key is shown on a terminal, or with both reveal options`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(key: true), to: "digit.wav")
        let refused = try Command.run(["verify", "--reveal", path])
        #expect(refused.status == 64 && refused.output.isEmpty)
        #expect(try Command.run(["verify", "--reveal", "--yes-reveal", path]).text.contains("key 7"))
        for format in ["text", "ndjson", "csv", "junit"] {
            let text = try Command.run(["verify", "--format", format, path]).text
            #expect(!text.contains("key") && !text.contains("\"7\"") && !text.contains(",7,") && !text.contains("hz"))
        }
    }

    @Test func `Paths come from standard input, and a state saves repeated work`() throws {
        let folder = TemporaryFolder()
        for index in 0..<4 { folder.write(recording(key: index == 2), to: "\(index).wav") }
        let list = Array((0..<4).map { folder("\($0).wav") }.joined(separator: "\n").utf8)
        let arguments = ["verify", "--files-from", "-", "--format", "csv", "--resume", folder("state")]
        let first = try Command.run(arguments, input: list)
        #expect(first.status == 1)
        // The second run repeats the output of the first one without judging again.
        let second = try Command.run(arguments, input: list)
        #expect(second.text == first.text)
        folder.write(recording(key: false, seconds: 1.2), to: "2.wav")
        #expect(try Command.run(arguments, input: list).status == 0)
    }

    @Test func `A recording that redact cleaned in place is not judged again by verify with the same state`() throws {
        let folder = TemporaryFolder()
        let archive = TemporaryFolder()
        for index in 0..<4 { archive.write(recording(key: index % 2 == 0), to: "\(index).wav") }
        func run(_ words: String...) throws -> Int32 {
            try Command.run(words + ["--resume", folder("state"), archive.path]).status
        }
        #expect(try run("verify") == 1)
        #expect(try run("redact", "--in-place") == 0)
        let told = folder.bytes("state")
        #expect(try run("verify") == 0 && run("redact", "--in-place") == 0)
        // Each recording that is heard adds a line.
        #expect(folder.bytes("state") == told)
        archive.write(recording(key: true), to: "2.wav")
        #expect(try run("verify") == 1)
    }

    @Test func `A report is written and checked, and is not valid after a recording changed`() throws {
        let folder = TemporaryFolder()
        let path = folder.write(recording(key: true), to: "digit.wav")
        let key = folder("key.pem")
        let report = folder("report")
        #expect(try Command.run(["verify", "--report", report, "--sign-key", key, path]).status == 1)
        let check = ["verify", "--check-report", report, "--key", key + ".pub"]
        #expect(try Command.run(check).status == 0)
        folder.write(recording(key: false), to: "digit.wav")
        let changed = try Command.run(check)
        #expect(changed.status == 1 && changed.text.contains("changed since: \(path)"))
        #expect(try Command.run(["verify", "--check-report", folder("none"), "--key", key + ".pub"]).status == 66)
    }

    @Test func `redact lists what it did and leaves an archive that verifies`() throws {
        let folder = TemporaryFolder()
        folder.write(recording(key: false), to: "clean.wav")
        folder.write(recording(key: true), to: "digit.wav")
        let out = TemporaryFolder()
        let result = try Command.run(["redact", "--out", out("made"), folder.path])
        #expect(result.status == 0)
        #expect(result.text.contains("clean.wav: clean, left alone\n"))
        #expect(result.text.contains("digit.wav: 1 digits and 0 fragments taken out, verified clean"))
        #expect(try Command.run(["verify", out("made")]).status == 0)
        #expect(try Command.run(["verify", folder.path]).status == 1)
        #expect(try Command.run(["redact", "--in-place", folder.path]).status == 0)
        #expect(try Command.run(["verify", folder.path]).status == 0)
        #expect(try Command.run(["redact", folder.path]).status == 64)
    }

    @Test func `Damaged recordings end with a status and a line, and not with a signal`() throws {
        let folder = TemporaryFolder()
        let seed = UInt64(77)
        var generator = SeededGenerator(seed: seed)
        let whole = recording(key: true, seconds: 0.4)
        var paths: [String] = []
        for index in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
                case 1 where !bytes.isEmpty: bytes[.random(in: bytes.indices, using: &generator)] ^= 1
                case 2 where bytes.count > 44: bytes[.random(in: 0..<44, using: &generator)] = 0xFF
                default: bytes.insert(0, at: .random(in: 0...bytes.count, using: &generator))
                }
            }
            paths.append(folder.write(bytes, to: "\(index).wav"))
        }
        let result = try Command.run(["verify", "--format", "ndjson"] + paths)
        #expect(result.status == 1 || result.status == 65, "seed \(seed)")
        #expect(result.text.split(separator: "\n").count == paths.count, "seed \(seed)")
        let redacted = try Command.run(["redact", "--out", folder("out")] + paths)
        #expect([0, 1, 65, 73].contains(redacted.status), "seed \(seed): \(redacted.status)")
    }
}
