import Foundation
import Support
import Testing

@testable import AtomicFiles

@Suite struct AtomicFileTests {
    let folder = TemporaryFolder()

    private func rights(_ name: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: folder(name))[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func `A file appears at its commit, and leaves nothing without one`() throws {
        do {
            let file = try AtomicFile(folder("a.txt"))
            try file.write([1, 2].span)
            #expect(folder.contents.count == 1 && folder.contents[0].hasSuffix("-a.txt"))
        }
        #expect(folder.contents.isEmpty)
        try AtomicFile.write([3, 4], to: folder("a.txt"))
        #expect(folder.contents == ["a.txt"] && folder.bytes("a.txt") == [3, 4])
    }

    @Test func `A link at the target is replaced, and its target is not changed`() throws {
        folder.write([9], to: "victim")
        for destination in ["victim", "nothing", folder("victim")] {
            try? FileManager.default.removeItem(atPath: folder("out"))
            try FileManager.default.createSymbolicLink(atPath: folder("out"), withDestinationPath: destination)
            try AtomicFile.write([1], to: folder("out"))
            #expect(folder.bytes("victim") == [9] && folder.bytes("out") == [1])
            #expect(folder.contents == ["out", "victim"])
        }
    }

    @Test func `Another hard link of the target keeps its content`() throws {
        folder.write([9], to: "a")
        try FileManager.default.linkItem(atPath: folder("a"), toPath: folder("b"))
        try AtomicFile.write([1], to: folder("a"))
        #expect(folder.bytes("a") == [1] && folder.bytes("b") == [9])
    }

    @Test func `Folders, pipes, missing folders and invalid names are refused`() throws {
        try FileManager.default.createDirectory(atPath: folder("d"), withIntermediateDirectories: true)
        unsafe mkfifo(folder("p"), 0o600)
        for name in ["d", "p", "d/", "d/.", "d/..", "", "no/such"] {
            #expect(throws: AtomicFileError.self, "\(name)") { try AtomicFile(name.isEmpty ? "" : folder(name)) }
        }
        #expect(throws: AtomicFileError.self) { try AtomicFile(bytes: Array("/tmp/a".utf8) + [0, 0x62]) }
        #expect(folder.contents == ["d", "p"])
    }

    @Test func `A file that must be new never replaces another`() throws {
        folder.write([9], to: "a")
        #expect { try AtomicFile(folder("a"), target: .new) } throws: { ($0 as? AtomicFileError)?.isTaken == true }
        let file = try AtomicFile(folder("b"), target: .new)
        try file.write([1].span)
        folder.write([9], to: "b")
        #expect { try file.commit() } throws: { ($0 as? AtomicFileError)?.isTaken == true }
        file.discard()
        #expect(folder.contents == ["a", "b"] && folder.bytes("b") == [9])
        try AtomicFile.write([1], to: folder("c"), target: .new)
        #expect(folder.bytes("c") == [1])
    }

    @Test func `Permissions are those of the old file, the given ones, or the owner's only`() throws {
        try AtomicFile.write([1], to: folder("secret"), permissions: .secret)
        #expect(try rights("secret") == 0o600)
        try AtomicFile.write([1], to: folder("like"), permissions: .like(0o640))
        #expect(try rights("like") == 0o640)
        unsafe chmod(folder("like"), 0o604)
        try AtomicFile.write([2], to: folder("like"), permissions: .like(0o640))
        #expect(try rights("like") == 0o604)
        try AtomicFile.write([2], to: folder("like"), permissions: .secret)
        #expect(try rights("like") == 0o600)
        unsafe chmod(folder("like"), 0o666)
        let file = try AtomicFile(folder("like"), permissions: .secret)
        #expect(try rights(folder.contents[0]) == 0o600)
        try file.commit()
    }

    @Test func `A name need not be text, and may have the system's maximum length`() throws {
        let names: [[UInt8]] = [[0xFF, 0xFE, 0x2E, 0x77], [UInt8](repeating: 0x61, count: 255), [0x2D], [0x0A]]
        for name in names {
            let file = try AtomicFile(bytes: Array((folder.path + "/").utf8) + name); try file.commit()
        }
        let made = Set(
            try #require(Folder(Array(folder.path.utf8))).names(beginning: []).filter {
                $0 != [0x2E] && $0 != [0x2E, 0x2E]
            })
        #expect(made == Set(names))
    }

    @Test func `A temporary file that was exchanged is not renamed`() throws {
        let file = try AtomicFile(folder("a"))
        try file.write([1].span)
        let temporary = try #require(file.temporaryPath)
        try FileManager.default.removeItem(atPath: temporary)
        try FileManager.default.createSymbolicLink(atPath: temporary, withDestinationPath: "/etc/passwd")
        #expect(throws: AtomicFileError.self) { try file.commit() }
        #expect(!folder.contents.contains("a"))
    }

    @Test func `An unfinished file or link of a killed process is removed when the file is written again`() throws {
        folder.write([9], to: "other")
        let left = [".tonewall-0123456789abcdef-a", ".tonewall-00000000000000ff-a"]
        folder.write([1], to: left[0])
        try FileManager.default.linkItem(atPath: folder("other"), toPath: folder(left[1]))
        // The lock of the file that a link leads to is another's.
        let held = unsafe open(folder("other"), O_RDONLY)
        defer { close(held) }
        #expect(flock(held, LOCK_SH) == 0)
        folder.write([1], to: ".tonewall-0123456789abcdef-b")
        try AtomicFile.write([2], to: folder("a"))
        #expect(folder.contents == [".tonewall-0123456789abcdef-b", "a", "other"] && folder.bytes("other") == [9])
    }

    @Test func `Files of ended writers are stale, and files being written are not`() throws {
        let file = try AtomicFile(folder("a.wav"))
        let name = Array(try #require(file.temporaryPath).utf8)
        #expect(StaleFiles.remove(at: name) == .beingWritten)
        let left = ".tonewall-0123456789abcdef-a.wav"
        folder.write([1], to: left)
        folder.write([1], to: ".tonewall-0123456789abcdef-b.wav")
        folder.write([1], to: ".tonewall-0123456789abcdeg-a.wav")
        let removed = StaleFiles.remove(madeFor: Array("a.wav".utf8), inFolder: Array(folder.path.utf8))
        #expect(removed == [Array(left.utf8)])
        #expect(folder.contents.count == 3)
        try file.commit()
        #expect(StaleFiles.remove(at: Array(folder("a.wav").utf8)) == .none)
        #expect(StaleFiles.remove(at: Array(folder(".tonewall-0123456789abcdef-b.wav").utf8)) == .stale)
        #expect(folder.contents == [".tonewall-0123456789abcdeg-a.wav", "a.wav"])
    }

    @Test func `A full disk is an error, and the old file stays`() throws {
        // A limit on file sizes replaces a full disk.
        folder.write([9], to: "a")
        let file = try AtomicFile(folder("a"))
        let closed = unsafe open(folder("a"), O_RDONLY)
        _ = dup2(closed, file.descriptor)
        #expect { try file.write([1].span) } throws: { ($0 as? AtomicFileError)?.step == .writing }
        close(closed)
        file.discard()
        #expect(folder.bytes("a") == [9] && folder.contents == ["a"])
    }
}
