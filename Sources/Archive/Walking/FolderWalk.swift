internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// The walk through a folder and its subfolders.
struct FolderWalk {
    private let root: String
    private let follow: Bool
    private(set) var items: [RecordingList.Item] = []
    private(set) var skippedFiles: [SkippedFile] = []
    private(set) var otherFiles: [String] = []
    /// Folders already walked, by device and inode.
    private var walked: Set<FileIdentity> = []

    /// A folder still to be walked: its name below the root, and its path.
    private struct Folder {
        var name: String
        var path: String
    }
    private var waiting: [Folder]
    /// Links to folders. They come last, so that a folder below the root appears under its own name.
    private var links: [Folder] = []

    init(_ root: String, follow: Bool) {
        (self.root, self.follow) = (root, follow)
        waiting = [Folder(name: "", path: root)]
    }

    /// Walks the folders and sorts the results by name; `false` if it was stopped.
    mutating func run(_ shouldContinue: () -> Bool) -> Bool {
        var isWhole = true
        while isWhole, let folder = waiting.popLast() ?? links.popLast() { isWhole = walk(folder, shouldContinue) }
        items.sort { Self.precedes($0.path, $1.path) }
        skippedFiles.sort { Self.precedes($0.path, $1.path) }
        otherFiles.sort(by: Self.precedes)
        return isWhole
    }

    private mutating func walk(_ folder: Folder, _ shouldContinue: () -> Bool) -> Bool {
        let (name, path) = (folder.name, folder.path)
        if let status = FileStatus(path, following: true), !walked.insert(status.place).inserted { return true }
        let (entries, failure) = FolderEntries.of(path)
        if let failure { skippedFiles.append(SkippedFile(path: path, reason: .unreadable(failure))) }
        for entry in entries {
            guard shouldContinue() else { return false }
            add(PathBytes.join(path, entry), name.isEmpty ? entry : PathBytes.join(name, entry))
        }
        return true
    }

    private mutating func add(_ path: String, _ name: String) {
        func pass(_ reason: SkippedFile.Reason) { skippedFiles.append(SkippedFile(path: path, reason: reason)) }
        guard let own = FileStatus(path, following: false) else {
            return pass(.unreadable(systemReason()))
        }
        guard let status = own.kind == .link ? FileStatus(path, following: true) : own else {
            return pass(errno == ENOENT || errno == ELOOP ? .brokenLink : .unreadable(systemReason()))
        }
        switch status.kind {
        case .folder where own.kind == .folder: waiting.append(Folder(name: name, path: path))
        case .folder: follow ? links.append(Folder(name: name, path: path)) : pass(.linkedFolder)
        case .fifo, .pipe: pass(.fifo)
        case .socket: pass(.socket)
        case .device, .link: pass(.device)
        case .file: addFile(path, name, size: status.size)
        }
    }

    private mutating func addFile(_ path: String, _ name: String, size: Int) {
        if TemporaryName.isTemporary(PathBytes.bytes(PathBytes.lastName(name))) {
            skippedFiles.append(SkippedFile(path: path, reason: .unfinished))
            return
        }
        switch FileContent.of(path) {
        case .recording: items.append(RecordingList.Item(path: path, name: name, size: size, root: root))
        case .other:
            if let target = TextLink.target(of: path, size: size) {
                followText(path, name, to: target)
            } else {
                otherFiles.append(path)
            }
        case .packed: skippedFiles.append(SkippedFile(path: path, reason: .packed))
        case .unknown: skippedFiles.append(SkippedFile(path: path, reason: .unknown))
        case .unreadable(let reason): skippedFiles.append(SkippedFile(path: path, reason: .unreadable(reason)))
        }
    }

    /// Follows a link that was unpacked as text if links are followed; otherwise it is a skipped file.
    private mutating func followText(_ path: String, _ name: String, to target: String) {
        let status = follow ? FileStatus(target) : nil
        if status?.kind == .folder {
            links.append(Folder(name: name, path: target))
        } else if let status, status.kind == .file, case .recording = FileContent.of(target) {
            items.append(RecordingList.Item(path: target, name: name, size: status.size, root: root))
        } else {
            skippedFiles.append(SkippedFile(path: path, reason: .textLink))
        }
    }

    private func systemReason() -> String { unsafe String(cString: strerror(errno)) }

    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }
}
