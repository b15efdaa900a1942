import Codecs
import TextFormats
import Foundation
import Support
import AudioIO
import Testing

@testable import AtomicFiles

struct PathBytesTests {
    /// Bytes that no name has: its end, and what parts it.
    private static func name(_ generator: inout SeededGenerator) -> [UInt8] {
        // Half of them near the escapes' own UTF-8, so that names that look escaped are met often.
        let near: [UInt8] = [0xF4, 0x8F, 0x9E, 0x9F, 0x80, 0xBF, 0xC3, 0xCC, 0x81, 0x41]
        return (0..<Int.random(in: 1...12, using: &generator)).map { _ in
            Bool.random(using: &generator)
                ? near.randomElement(using: &generator)! : UInt8.random(in: 1...255, using: &generator)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `Every name leads back to its bytes, and no two share a string`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var seen: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let bytes = Self.name(&generator)
            let text = PathBytes.text(bytes)
            #expect(PathBytes.bytes(text) == bytes, "seed \(seed)")
            #expect(text.systemName.map { UInt8(bitPattern: $0) } == bytes + [0])
            let other = seen.updateValue(bytes, forKey: Array(text.utf8))
            #expect(other == nil || other == bytes, "seed \(seed)")
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            if !isValid { #expect(!PathBytes.isText(text)) }
            #expect(PathBytes.isText(text) == (Array(text.utf8) == bytes))
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func `A shown name is plain text, and its bytes are given if it differs from the name`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let bytes = Self.name(&generator)
            let text = PathBytes.text(bytes)
            let shown = PathBytes.shown(text)
            #expect(!shown.unicodeScalars.contains { $0.isSteering || PathBytes.isEscape($0) }, "seed \(seed)")
            if let told = PathBytes.shownBytes(text) {
                #expect(Data(base64Encoded: told).map { Array($0) } == bytes)
            } else {
                #expect(Array(shown.utf8) == bytes)
            }
        }
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `Names are split at slash bytes, like the system does`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let (folder, name) = (Self.name(&generator), Self.name(&generator))
            guard !folder.contains(0x2F), !name.contains(0x2F) else { continue }
            let path = PathBytes.join(PathBytes.text(folder), PathBytes.text(name))
            #expect(PathBytes.bytes(path) == folder + [0x2F] + name, "seed \(seed)")
            #expect(PathBytes.bytes(PathBytes.lastName(path)) == name, "seed \(seed)")
            #expect(PathBytes.bytes(PathBytes.folder(of: path)) == folder, "seed \(seed)")
        }
        #expect(
            PathBytes.folder(of: "/a") == "/" && PathBytes.folder(of: "a/") == "." && PathBytes.lastName("a/") == "a")
        #expect(
            PathBytes.join("/", "a") == "/a" && PathBytes.suffix("x.tar/y.WAV") == "wav"
                && PathBytes.suffix("x.d/y") == "")
    }

    @Test func `A string with a NUL names no file`() {
        #expect("a\0b".systemName == [0])
    }

    @Test func `A file of any name is written and read`() throws {
        let folder = TemporaryFolder()
        var generator = SeededGenerator(seed: 9)
        let names = (0..<200).map { _ in Self.name(&generator).filter { $0 != 0x2F } }.filter { !$0.isEmpty }
        for name in Set(names) where name != [0x2E] && name != [0x2E, 0x2E] {
            let path = PathBytes.join(folder.path, PathBytes.text(name))
            let writer = try AudioWriter(path, format: AudioFormat(sampleRate: 8000, channels: 1, encoding: .signed16))
            try writer.write([Float](repeating: 0.5, count: 9).span)
            try writer.finish()
            #expect(try AudioReader(path).frameCount == 9)
        }
    }
}
