import AtomicFiles
import Foundation
import Glibc
import Support
import Testing

@testable import Archive

struct RecordingListTests {
    @Test func `A folder's recordings are found by name and by their first bytes`() {
        let folder = smallArchive()
        let unfinished = ".tonewall-0123456789abcdef-clean.wav"
        folder.write([], to: unfinished)
        let list = RecordingList([folder.path])
        #expect(list.items.map(\.name) == ["clean.wav", "sub/digit.wav", "sub/fragment", "text.wav"])
        #expect(list.otherFiles == [folder("notes.txt")])
        #expect(list.skippedFiles == [SkippedFile(path: folder(unfinished), reason: .unfinished)])
        #expect(RecordingList(["/nonexistent"]).paths == ["/nonexistent"])
    }

    @Test(arguments: ["ulaw", "ul", "mu", "ulw", "alaw", "al", "alw", "sln", "sln192", "gsm", "vox", "g722", "g723_1"])
    func `Samples without a header are found by their extension`(suffix: String) {
        let folder = TemporaryFolder()
        let call = folder.write([0x80, 0x00, 0x7F], to: "call.\(suffix)")
        #expect(RecordingList([folder.path]).paths == [call])
    }

    /// A tree of random files with random names: every path below the root, and its expected result.
    private struct Tree {
        enum Fate: Hashable { case recording, other, skipped, folder }
        var fates: [[UInt8]: Fate] = [:]
        private var generator: SeededGenerator

        init(in root: String, seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            fill(root, depth: 0)
        }

        private mutating func fill(_ folder: String, depth: Int) {
            for number in 0..<Int.random(in: 1...9, using: &generator) {
                var name = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    UInt8.random(in: 1...255, using: &generator)
                }.filter { $0 != 0x2F && $0 != 0x2E }
                name += Array("-\(number)".utf8)
                make(PathBytes.join(folder, PathBytes.text(name)), depth: depth)
            }
        }

        private mutating func make(_ path: String, depth: Int) {
            let kinds = depth < 3 ? 0...9 : 0...7
            var path = path
            switch Int.random(in: kinds, using: &generator) {
            case 0, 1:
                path += [".wav", ".M4A", ".sln16", ""].randomElement(using: &generator)!
                write(recording(key: false), to: path)
                fates[PathBytes.bytes(path)] = .recording
            case 2:
                path += ".txt"
                write(Array("hello".utf8), to: path)
                fates[PathBytes.bytes(path)] = .other
            case 3:
                write([1, 2, 3, 0, 200, 0, 0, 9], to: path)
                fates[PathBytes.bytes(path)] = .skipped
            case 4:
                _ = unsafe mkfifo(path.systemName, 0o600)
                fates[PathBytes.bytes(path)] = .skipped
            case 5:
                _ = unsafe symlink("nowhere/at/all", path.systemName)
                fates[PathBytes.bytes(path)] = .skipped
            case 6:
                _ = unsafe symlink("..", path.systemName)
                fates[PathBytes.bytes(path)] = .skipped
            case 7:
                path += ".zip"
                write(Array("PK\u{3}\u{4}".utf8) + [0, 1, 2], to: path)
                fates[PathBytes.bytes(path)] = .skipped
            default:
                _ = unsafe mkdir(path.systemName, 0o700)
                fates[PathBytes.bytes(path)] = .folder
                fill(path, depth: depth + 1)
            }
        }

        private func write(_ bytes: [UInt8], to path: String) {
            try? AtomicFile.write(bytes, to: path)
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `Every entry of a tree is a recording, counted, or skipped with a reason, once`(seed: UInt64) {
        let folder = TemporaryFolder()
        let tree = Tree(in: folder.path, seed: seed)
        let list = RecordingList([folder.path])
        var found: [[UInt8]: Tree.Fate] = [:]
        func meet(_ path: String, _ fate: Tree.Fate) {
            #expect(found.updateValue(fate, forKey: PathBytes.bytes(path)) == nil, "met twice, seed \(seed)")
        }
        for item in list.items {
            meet(item.path, .recording)
            #expect(PathBytes.join(folder.path, item.name).systemName == item.path.systemName)
        }
        for path in list.otherFiles { meet(path, .other) }
        for thing in list.skippedFiles { meet(thing.path, .skipped) }
        #expect(found == tree.fates.filter { $0.value != .folder }, "seed \(seed)")
        let names = list.items.map { Array($0.path.utf8) }
        #expect(zip(names, names.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }

    @Test(arguments: 31...45 as ClosedRange<UInt64>)
    func `Links are followed without loops and without duplicates`(seed: UInt64) {
        let folder = TemporaryFolder()
        _ = unsafe mkdir(folder("tree"), 0o700)
        let tree = Tree(in: folder("tree"), seed: seed)
        _ = unsafe symlink(folder.path, folder("tree/loop"))
        let list = RecordingList([folder("tree")], follow: true)
        #expect(!list.skippedFiles.contains { $0.reason == .linkedFolder })
        #expect(list.items.count == tree.fates.values.count { $0 == .recording }, "seed \(seed)")
        #expect(Set(list.items.map { FileStatus($0.path)?.place }).count == list.items.count)
    }

    @Test(arguments: ["", "\n"])
    func `A link that was unpacked as text is followed if links are, and skipped otherwise`(end: String) {
        let folder = smallArchive()
        folder.write(Array((".." + end).utf8), to: "sub/up")
        folder.write(Array(("sub" + end).utf8), to: "down")
        folder.write(Array(("/nowhere" + end).utf8), to: "sub/text")
        folder.write(Array("down\ndown\n".utf8), to: "lines")
        folder.write([UInt8](repeating: UInt8(ascii: "/"), count: 1025), to: "long")
        let list = RecordingList([folder.path])
        #expect(list.skippedFiles == ["down", "sub/up"].map { SkippedFile(path: folder($0), reason: .textLink) })
        for name in ["lines", "long", "sub/text"] { #expect(list.otherFiles.contains(folder(name))) }
        let followed = RecordingList([folder.path], follow: true)
        #expect(followed.items == list.items && followed.skippedFiles.isEmpty)
        // What lies elsewhere is heard under the link's name.
        let other = TemporaryFolder()
        other.write(Array((folder.path + end).utf8), to: "2025")
        other.write(Array((folder("clean.wav") + end).utf8), to: "call")
        let walked = RecordingList([other.path], follow: true)
        #expect(walked.items.map(\.name).contains("2025/clean.wav") && walked.items.map(\.name).contains("call"))
        #expect(walked.items.count == list.items.count + 1)
    }

    @Test func `A linked folder is walked if links are followed, and skipped otherwise`() {
        let (folder, other) = (TemporaryFolder(), smallArchive())
        _ = unsafe symlink(other.path, folder("link"))
        #expect(RecordingList([folder.path]).skippedFiles == [SkippedFile(path: folder("link"), reason: .linkedFolder)])
        let followed = RecordingList([folder.path], follow: true)
        #expect(
            followed.items.map(\.name) == [
                "link/clean.wav", "link/sub/digit.wav", "link/sub/fragment", "link/text.wav",
            ])
        // What is named is walked in any case.
        #expect(RecordingList([folder("link")]).items.count == 4)
    }

    @Test func `Pipes, sockets and devices are listed, also as arguments`() {
        let folder = TemporaryFolder()
        _ = unsafe mkfifo(folder("fifo"), 0o600)
        let list = RecordingList([folder("fifo"), "/dev/null", "/dev/zero"])
        #expect(list.items.isEmpty && list.skippedFiles.map(\.reason) == [.fifo, .device, .device])
    }

    @Test func `A stopped walk is marked as partial`() {
        var left = 2
        let folder = smallArchive()
        let list = RecordingList([folder.path]) {
            left -= 1
            return left > 0
        }
        #expect(list.isPartial && list.items.count < 4)
    }
}
