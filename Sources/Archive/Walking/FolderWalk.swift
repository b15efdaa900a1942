internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// The walk through a folder and those below it.
struct FolderWalk {
    private let root: String
    private let follow: Bool
    private(set) var items: [RecordingList.Item] = []
    private(set) var passedOver: [PassedOver] = []
    private(set) var otherFiles: [String] = []
    /// Folders that were walked, by device and inode.
    private var walked: Set<FileStatus.Place> = []

    /// Names below the root that are still to be walked.
    private var waiting: [String] = [""]
    /// Links to folders: they come last, so that a folder is met by its own name where it has one below the root.
    private var links: [String] = []

    init(_ root: String, follow: Bool) {
        self.root = root
        self.follow = follow
    }

    /// Walks, and puts what was found in the order of name; gives whether all of it was walked.
    mutating func run(_ goOn: () -> Bool) -> Bool {
        var isWhole = true
        while isWhole, let name = next() { isWhole = walk(name, goOn) }
        items.sort { Self.precedes($0.path, $1.path) }
        passedOver.sort { Self.precedes($0.path, $1.path) }
        otherFiles.sort(by: Self.precedes)
        return isWhole
    }

    private mutating func next() -> String? { waiting.popLast() ?? links.popLast() }

    private mutating func walk(_ name: String, _ goOn: () -> Bool) -> Bool {
        let path = name.isEmpty ? root : PathBytes.join(root, name)
        if let status = FileStatus(path, following: true), !walked.insert(status.place).inserted { return true }
        let (entries, failure) = FolderEntries.of(path)
        if let failure { passedOver.append(PassedOver(path: path, reason: .unreadable(failure))) }
        for entry in entries {
            guard goOn() else { return false }
            add(name.isEmpty ? entry : PathBytes.join(name, entry))
        }
        return true
    }

    private mutating func add(_ name: String) {
        let path = PathBytes.join(root, name)
        func pass(_ reason: PassedOver.Reason) { passedOver.append(PassedOver(path: path, reason: reason)) }
        guard let own = FileStatus(path, following: false) else {
            return pass(.unreadable(systemWords()))
        }
        guard let status = own.kind == .link ? FileStatus(path, following: true) : own else {
            return pass(errno == ENOENT || errno == ELOOP ? .brokenLink : .unreadable(systemWords()))
        }
        switch status.kind {
        case .folder where own.kind == .folder: waiting.append(name)
        case .folder: follow ? links.append(name) : pass(.linkedFolder)
        case .fifo, .pipe: pass(.fifo)
        case .socket: pass(.socket)
        case .device, .link: pass(.device)
        case .file: addFile(path, name, size: status.size)
        }
    }

    private mutating func addFile(_ path: String, _ name: String, size: Int) {
        if TemporaryName.isOne(PathBytes.bytes(PathBytes.lastName(name))) {
            passedOver.append(PassedOver(path: path, reason: .unfinished))
            return
        }
        switch FileContent.of(path) {
        case .recording: items.append(RecordingList.Item(path: path, name: name, size: size))
        case .other: otherFiles.append(path)
        case .packed: passedOver.append(PassedOver(path: path, reason: .packed))
        case .unknown: passedOver.append(PassedOver(path: path, reason: .unknown))
        case .unreadable(let reason): passedOver.append(PassedOver(path: path, reason: .unreadable(reason)))
        }
    }

    private func systemWords() -> String { unsafe String(cString: strerror(errno)) }

    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }
}
