import Foundation
import Glibc
import Support
import Synchronization
import Testing

@testable import AtomicFiles

@Suite(.ownThread) struct OutputFolderTests {
    let folder = TemporaryFolder()

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    }

    @Test func `Folders on the way are created, and the named folder may be a link`() throws {
        try makeFolder("real")
        #expect(unsafe symlink("real", folder("out")) == 0)
        let output = try OutputFolder(folder("out"))
        try output.write([1], as: "a/b/c.txt")
        try output.write([2], as: "c.txt")
        #expect(folder.bytes("real/a/b/c.txt") == [1] && folder.bytes("real/c.txt") == [2])
    }

    @Test(arguments: ["sub/x", "sub/deep/x", "good/sub/x"])
    func `No link below it is followed`(name: String) throws {
        for place in ["out/good", "elsewhere/deep"] { try makeFolder(place) }
        for link in ["out/sub", "out/good/sub"] { #expect(unsafe symlink(folder("elsewhere"), folder(link)) == 0) }
        let output = try OutputFolder(folder("out"))
        let error = #expect(throws: AtomicFileError.self) { try output.write([1], as: name) }
        #expect(error?.code == ELOOP && error?.reason.contains("symbolic link") == true)
        #expect(error?.path.hasSuffix("sub") == true)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder("elsewhere")) == ["deep"])
    }

    @Test func `Names that lead out of the folder, and files on the way, are refused`() throws {
        try makeFolder("out")
        folder.write([9], to: "out/file")
        let output = try OutputFolder(folder("out"))
        for name in ["../x", "a/../../x", "./x", "file/x", "", ".."] {
            #expect(throws: AtomicFileError.self, "\(name)") { try output.write([1], as: name) }
        }
        #expect(!folder.contents.contains("x") && folder.bytes("out/file") == [9])
    }

    /// Somebody puts a link in a folder's place, and the folder back, all the while.
    @Test func `A link that appears temporarily redirects nothing`() throws {
        for place in ["out/sub", "elsewhere"] { try makeFolder(place) }
        #expect(unsafe symlink(folder("elsewhere"), folder("link")) == 0)
        let isOver = Mutex(false)
        let above = try #require(Folder(Array(folder.path.utf8)))
        let swapped = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            while !isOver.withLock({ $0 }) { _ = above.exchange(Array("out/sub".utf8), Array("link".utf8)) }
            swapped.signal()
        }
        let output = try OutputFolder(folder("out"))
        var (written, refused) = (0, 0)
        // Until both were met often enough.
        for number in 0..<200_000 where min(written, refused) < 100 {
            do { try output.write([1], as: "sub/\(number % 10)") } catch {
                refused += 1
                continue
            }
            written += 1
        }
        isOver.withLock { $0 = true }
        swapped.wait()
        #expect(written >= 100 && refused >= 100)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("elsewhere")).isEmpty)
    }
}
