import AtomicFiles
import Foundation
import Glibc
import Support
import Testing
import Verification

@testable import Archive

struct ArchiveStateTests {
    private static let options = JudgingOptions(takesDigests: true)

    private func kept(_ folder: TemporaryFolder, _ name: String) throws -> RecordingJudgement {
        let judgement = try #require(RecordingJudgement.judge(folder(name), options: Self.options))
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

    @Test func `A judgement is not valid for another file of the same size and times`() throws {
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

    @Test func `A wrong digest is not trusted, even with the right status`() throws {
        let folder = smallArchive()
        let judgement = try kept(folder, "clean.wav")
        let text = try stateText(folder)
        let digest = try #require(judgement.digest)
        folder.write(Array(text.replacing(digest, with: String(digest.reversed())).utf8), to: "state")
        #expect(try known(folder, "clean.wav") == nil)
    }

    @Test func `Another version replaces the state, and a file that is not a state is not changed`() throws {
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

    /// What a crash, a full disk or a stray tool may leave: a state cut at any byte, or with any one byte another.
    @Test func `No cut and no change of a byte makes a recording with tones clean`() throws {
        let folder = smallArchive()
        let levels = try kept(folder, "sub/digit.wav").findings.map(\.levelDBm0)
        #expect(try known(folder, "sub/digit.wav")?.findings.map(\.levelDBm0) == levels)
        let (good, key) = (folder.bytes("state"), folder.bytes("state.key"))
        func expectNothingKnown(_ bytes: [UInt8], _ what: String) {
            folder.write(bytes, to: "state")
            // What is no state any more is refused; all else says nothing of the recording.
            guard let state = try? ArchiveState(path: folder("state"), version: "1") else { return }
            #expect(state.judgement(of: folder("sub/digit.wav")) == nil, "\(what)")
        }
        for length in good.indices { expectNothingKnown(Array(good.prefix(length)), "cut behind \(length)") }
        for place in good.indices {
            for change in [UInt8(1), 2, 4, 0x10, 0x20, 0x80] {
                var bytes = good
                bytes[place] ^= change
                expectNothingKnown(bytes, "byte \(place)")
            }
            expectNothingKnown(Array(good[..<place] + good[(place + 1)...]), "without byte \(place)")
        }
        for place in key.indices {
            folder.write(Array(key[..<place] + [key[place] ^ 1] + key[(place + 1)...]), to: "state.key")
            expectNothingKnown(good, "byte \(place) of the key")
        }
        // A key that was cut off is made anew.
        folder.write(Array(key.prefix(33)), to: "state.key")
        expectNothingKnown(good, "another key")
        folder.write(good, to: "state")
        folder.write(key, to: "state.key")
        #expect(try known(folder, "sub/digit.wav")?.verdict == .digits)
    }

    @Test func `A line with a finding removed, or of another version, is not trusted`() throws {
        let folder = smallArchive()
        _ = try kept(folder, "sub/digit.wav")
        let text = try stateText(folder)
        let finding = try #require(text.split(separator: "\t").first { $0.hasSuffix(",digit") })
        for forged in [text.replacing(finding, with: ""), text.replacing("state 3, 1\n", with: "state 3, 2\n")] {
            folder.write(Array(forged.utf8), to: "state")
            let version = forged.contains(finding) ? "2" : "1"
            #expect(forged != text)
            #expect(try known(folder, "sub/digit.wav", version: version) == nil)
        }
    }

    @Test func `A damaged line is reported once, and a state in an older format is replaced`() throws {
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        folder.write(folder.bytes("state") + Array("x\n".utf8), to: "state")
        let damaged = try ArchiveState(path: folder("state"), version: "1").damagedLines
        #expect(damaged == 1)
        let again = try ArchiveState(path: folder("state"), version: "1")
        #expect(again.damagedLines == 0 && again.judgement(of: folder("clean.wav")) != nil)
        folder.write(Array("tonewall verify state 2, 1\nx\n".utf8), to: "old")
        let old = try ArchiveState(path: folder("old"), version: "1").wasRenewed
        #expect(try old && !ArchiveState(path: folder("old"), version: "1").wasRenewed)
    }

    @Test func `A key file with other text is not changed`() throws {
        let folder = smallArchive()
        folder.write(Array("notes\n".utf8), to: "state.key")
        let error = #expect(throws: ArchiveStateError.self) { try ArchiveState(path: folder("state"), version: "1") }
        #expect(error?.path == folder("state.key") && error?.cause == .noState)
        #expect(folder.bytes("state.key") == Array("notes\n".utf8))
    }

    @Test func `A run killed during a line loses only that line`() throws {
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        let whole = folder.bytes("state").count
        _ = try kept(folder, "sub/digit.wav")
        let bytes = folder.bytes("state")
        for length in Array(stride(from: whole + 1, to: bytes.count - 1, by: 37)) + [bytes.count - 1] {
            folder.write(Array(bytes.prefix(length)), to: "state")
            #expect(try known(folder, "clean.wav") != nil)
            #expect(try known(folder, "sub/digit.wav") == nil)
        }
    }

    /// Any bytes end in an error, or in a state that says nothing but what this program may have written.
    @Test func `Ten thousand crafted states neither trap nor give a false judgement`() throws {
        let seed = SeededGenerator.seedOfRun()
        var generator = SeededGenerator(seed: seed)
        let folder = smallArchive()
        _ = try kept(folder, "clean.wav")
        _ = try kept(folder, "sub/digit.wav")
        let good = folder.bytes("state")
        let judged = try #require(try known(folder, "sub/digit.wav"))
        let seal = try StateAuthenticator(
            keyPath: folder("state.key"), head: Array(good[...good.firstIndex(of: 0x0A)!]))
        for number in 0..<10_000 {
            let mutant = Self.mutant(of: good, &generator)
            // Every other one as by somebody who has the key.
            folder.write(number.isMultiple(of: 2) ? mutant : seal.sealed(mutant), to: "state")
            guard let state = try? ArchiveState(path: folder("state"), version: "1") else { continue }
            guard let told = state.judgement(of: folder("sub/digit.wav")) else { continue }
            // Messages pass through every outlet.
            let record = JudgementRecord(told, revealed: false, reason: nil, warning: nil)
            var totals = ArchiveTotals()
            totals.add(record)
            _ = SafeJSON.encode(record) + JudgementCSV.lines(record)
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

extension StateAuthenticator {
    /// `bytes` with the right code in each line but the first.
    fileprivate func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let sealed = lines.dropFirst().map { line -> [UInt8] in
            guard let tab = line.lastIndex(of: 0x09) else { return Array(line) }
            return line[...tab] + code(of: line[..<tab])
        }
        return Array(([Array(lines[0])] + sealed).joined(separator: [0x0A]))
    }
}
