internal import AtomicFiles
internal import AudioIO
internal import Glibc

/// The kind, size, identity and times of a path. Equal statuses mean the same file without a change.
struct FileStatus: Hashable, Sendable {
    enum Kind: Hashable {
        case file, folder, link, fifo, socket, device
        /// A pipe without a name, opened by the shell: `<(…)`.
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
    /// When its content, its permissions or its names last changed. A program cannot set this time.
    var changed: Time

    /// The status of `path`, or of a link's target if `following`; `nil` with `errno` on an error.
    init?(_ path: String, following: Bool = true) {
        var status = stat()
        let name = path.systemName
        guard unsafe (following ? stat(name, &status) : lstat(name, &status)) == 0 else { return nil }
        kind =
            switch SpecialFile(mode: status.st_mode, device: UInt(status.st_dev)) {
            case .fifo: .fifo
            case .pipe: .pipe
            case .socket: .socket
            case .device: .device
            case nil: status.st_mode & S_IFMT == S_IFREG ? .file : status.st_mode & S_IFMT == S_IFDIR ? .folder : .link
            }
        size = Int(status.st_size)
        place = FileIdentity(status)
        modified = Time(status.st_mtim)
        changed = Time(status.st_ctim)
    }

    /// `path` with every link followed, or `path` itself if its target is missing.
    static func resolved(_ path: String) -> String { resolvedIfThere(path) ?? path }

    /// `path` with every link followed; `nil` if its target is missing.
    static func resolvedIfThere(_ path: String) -> String? {
        guard let target = unsafe realpath(path.systemName, nil) else { return nil }
        defer { unsafe free(target) }
        return unsafe PathBytes.text(cString: target)
    }
}
