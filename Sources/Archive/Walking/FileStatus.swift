internal import AtomicFiles
internal import Glibc

/// What a path leads to, and what tells whether it is still the same: equal statuses are one file that nobody wrote to.
struct FileStatus: Hashable, Sendable {
    enum Kind: Hashable {
        case file, folder, link, fifo, socket, device
        /// A pipe without a name of its own, which the shell opened: `<(…)`.
        case pipe
    }

    /// Seconds since 1970 and nanoseconds.
    struct Time: Hashable {
        var seconds: Int
        var nanoseconds: Int

        init(seconds: Int, nanoseconds: Int) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

        init(_ time: timespec) { self.init(seconds: time.tv_sec, nanoseconds: time.tv_nsec) }
    }

    var kind: Kind
    /// Bytes.
    var size: Int
    var place: FileIdentity
    var modified: Time
    /// When its bytes, its rights or its names last changed: no program can set it.
    var changed: Time

    /// The status of `path`, a link's target's where `following`; `nil` with `errno` where the system tells none.
    init?(_ path: String, following: Bool = true) {
        var status = stat()
        let name = path.systemName
        guard unsafe (following ? stat(name, &status) : lstat(name, &status)) == 0 else { return nil }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: Self.isNameless(status) ? .pipe : .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        size = Int(status.st_size)
        place = FileIdentity(status)
        modified = Time(status.st_mtim)
        changed = Time(status.st_ctim)
    }

    /// Whether a pipe lies on the device that the system keeps for those without a name.
    private static func isNameless(_ named: stat) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return false }
        defer { for end in ends { close(end) } }
        var own = stat()
        return unsafe fstat(ends[0], &own) == 0 && own.st_dev == named.st_dev
    }
}
