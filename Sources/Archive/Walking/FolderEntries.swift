internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// What lies in a folder, by name.
enum FolderEntries {
    /// The names in the folder at `path`, in no order; and the system's words where they cannot all be told.
    static func of(_ path: String) -> (names: [String], failure: String?) {
        guard let folder = unsafe opendir(path.systemName) else { return ([], words(errno)) }
        defer { unsafe closedir(folder) }
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(folder) else { return (names, errno == 0 ? nil : words(errno)) }
            let start = unsafe (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
            let name = unsafe PathBytes.text(cString: start)
            if name != "." && name != ".." { names.append(name) }
        }
    }

    private static func words(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

/// What a path leads to.
struct EntryStatus: Hashable {
    enum Kind: Hashable { case file, folder, link, fifo, socket, device }
    var kind: Kind
    /// Bytes.
    var size: Int
    /// Device and inode: two paths that share them lead to one thing.
    struct Place: Hashable {
        var device: UInt
        var inode: UInt
    }
    var place: Place

    /// The status of `path`, a link's target's where `following`; `nil` with `errno` where the system tells none.
    init?(_ path: String, following: Bool) {
        var status = stat()
        let name = path.systemName
        guard unsafe (following ? stat(name, &status) : lstat(name, &status)) == 0 else { return nil }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        size = Int(status.st_size)
        place = Place(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }
}
