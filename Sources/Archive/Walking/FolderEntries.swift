internal import AtomicFiles
internal import Glibc

/// The names in a folder.
enum FolderEntries {
    /// The names in the folder at `path`, in any order, and the system's error if the list is incomplete.
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
