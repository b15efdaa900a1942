import AtomicFiles
import Foundation
import Glibc
import Support
import Testing
import Verification

@testable import Archive

struct ArchiveStateTests {
    private static let options = HearingOptions(takesDigests: true)

    private func kept(_ folder: TemporaryFolder, _ name: String) throws -> RecordingJudgement {
        let judgement = try #require(RecordingJudgement.hear(folder(name), options: Self.options))
        let state = try ArchiveState(path: folder("state"), version: "1")
        try state.keep(judgement)
        return judgement
    }

    private func known(_ folder: TemporaryFolder, _ name: String, version: String = "1") throws -> RecordingJudgement? {
        try ArchiveState(path: folder("state"), version: version).judgement(of: folder(name))
    }

    @Test func `A judgement comes back as it was, without its keys`() throws {
        let folder = smallArchive()
        let judgement = try kept(folder, "sub/digit.wav")
        let known = try #require(try known(folder, "sub/digit.wav"))
        #expect(known.verdict == .digits && known.frames == judgement.frames && known.digest == judgement.digest)
        #expect(known.findings.map(\.start) == judgement.findings.map(\.start))
        #expect(known.findings.allSatisfy { $0.lowHz == 0 && $0.highHz == 0 })
        #expect(try stateText(folder).contains("hz") == false)
    }

    private func stateText(_ folder: TemporaryFolder) throws -> String {
        String(decoding: folder.bytes("state"), as: UTF8.self)
    }

    @Test func `It holds no more once the file is another, though size and time are as they were`() throws {
        let folder = smallArchive()
        let path = folder("sub/digit.wav")
        func times() -> [timespec] {
            var status = stat()
            _ = unsafe stat(path, &status)
            return [status.st_atim, status.st_mtim]
        }
        func restore(_ times: [timespec]) { _ = unsafe utimensat(AT_FDCWD, path, times, 0) }
        // In its place: as redact does it.
        _ = try kept(folder, "sub/digit.wav")
        var before = times()
        let bytes = folder.bytes("sub/digit.wav")
        try AtomicFile.write(Array(bytes.dropLast(4)) + [9, 9, 9, 9], to: path)
        restore(before)
        #expect(try known(folder, "sub/digit.wav") == nil)
        // Its bytes written over.
        _ = try kept(folder, "sub/digit.wav")
        before = times()
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        try handle.seek(toOffset: 60)
        try handle.write(contentsOf: [7, 7])
        try handle.close()
        restore(before)
        #expect(try known(folder, "sub/digit.wav") == nil)
        #expect(try known(folder, "clean.wav") == nil)
    }

    @Test func `A digest that is not the file's is not believed, whatever its status`() throws {
        let folder = smallArchive()
        let judgement = try kept(folder, "clean.wav")
        let text = try stateText(folder)
        let digest = try #require(judgement.digest)
        folder.write(Array(text.replacing(digest, with: String(digest.reversed())).utf8), to: "state")
        #expect(try known(folder, "clean.wav") == nil)
    }

    @Test func `Another version begins anew, and what is no state is left alone`() throws {
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        #expect(try known(folder, "clean.wav") != nil)
        let renewed = try ArchiveState(path: folder("state"), version: "2")
        #expect(renewed.wasRenewed && renewed.judgement(of: folder("clean.wav")) == nil)
        for name in ["clean.wav", "notes.txt"] {
            let bytes = folder.bytes(name)
            #expect(throws: ArchiveStateError.self) { try ArchiveState(path: folder(name), version: "1") }
            #expect(folder.bytes(name) == bytes)
        }
        _ = unsafe symlink("clean.wav", folder("link"))
        #expect(throws: ArchiveStateError.self) { try ArchiveState(path: folder("link"), version: "1") }
    }

    @Test func `Two runs do not share a state`() throws {
        let folder = TemporaryFolder()
        let first = try ArchiveState(path: folder("state"), version: "1")
        let error = #expect(throws: ArchiveStateError.self) { try ArchiveState(path: folder("state"), version: "1") }
        #expect(error?.cause == .inUse && first.damagedLines == 0)
    }

    @Test func `A run killed in a line loses that line alone`() throws {
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        let whole = folder.bytes("state").count
        _ = try kept(folder, "sub/digit.wav")
        let bytes = folder.bytes("state")
        for length in stride(from: whole + 1, to: bytes.count - 1, by: 37) {
            folder.write(Array(bytes.prefix(length)), to: "state")
            #expect(try known(folder, "clean.wav") != nil)
            #expect(try known(folder, "sub/digit.wav") == nil)
        }
    }

    /// Any bytes end in an error, or in a state that says nothing but what this program may have written.
    @Test func `Ten thousand crafted states neither trap nor lie`() throws {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        _ = try kept(folder, "sub/digit.wav")
        let good = folder.bytes("state")
        let judged = try #require(try known(folder, "sub/digit.wav"))
        for number in 0..<10_000 {
            folder.write(Self.mutant(of: good, &generator), to: "state")
            guard let state = try? ArchiveState(path: folder("state"), version: "1") else { continue }
            guard let told = state.judgement(of: folder("sub/digit.wav")) else { continue }
            // What is told goes through every outlet.
            let record = JudgementRecord(told, revealed: false, reason: nil, warning: nil)
            var totals = ArchiveTotals()
            totals.add(record)
            _ = SafeJSON.encode(record) + CommaSeparated.lines(record)
            _ = JUnit.document([record], totals: totals, isPartial: false)
            _ = FindingRun.runs(of: told.findings, rate: told.sampleRate)
            #expect(told.digest == judged.digest, "seed \(seed), mutant \(number)")
        }
    }

    private static func mutant(of good: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        let numbers = [
            "-1", "0", "9223372036854775807", "-9223372036854775808", "1e308", "1e999", "null", "\"x\"", "[]", "{}",
            "0.5",
        ]
        switch Int.random(in: 0...5, using: &generator) {
        case 0:
            return (0..<Int.random(in: 0...300, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
        case 1: return Array(good.prefix(Int.random(in: 0...good.count, using: &generator)))
        case 2:
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            return bytes
        case 3:
            return Array("SQLite format 3\0".utf8) + good
        case 4:
            let deep = Int.random(in: 1...4000, using: &generator)
            let text = [UInt8](
                repeating: UInt8(ascii: ["[", "{", "\"", "9"].randomElement(using: &generator)!), count: deep)
            let at = good.firstIndex(of: 0x0A)! + 1
            return Array(good[..<at]) + text + [0x0A] + good[at...]
        default:
            // One number or text of a line becomes another thing.
            let text = String(decoding: good, as: UTF8.self)
            let fields = text.indices.filter { "\t,;".contains(text[$0]) }
            let at = text.index(after: fields.randomElement(using: &generator)!)
            let end = text[at...].firstIndex { "\t,;\n".contains($0) } ?? text.endIndex
            return Array(text.replacingCharacters(in: at..<end, with: numbers.randomElement(using: &generator)!).utf8)
        }
    }
}
