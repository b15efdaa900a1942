internal import AtomicFiles
internal import CFileCalls
internal import Glibc

/// A recording that stays open and locked during the whole work, so that any change to its bytes or its name is
/// noticed.
final class OpenRecording {
    /// The name that the user gave.
    let path: String
    /// The name with every link followed.
    let place: String
    let descriptor: Int32
    private(set) var version: FileVersion

    /// Longest clock step of file systems in nanoseconds, with a margin.
    private static let clockStep = 20_000_000

    /// - Parameter exclusively: Whether the recording will be replaced. Two readers may share it.
    init(_ path: String, exclusively: Bool) throws(RedactionRefusal) {
        self.path = path
        place = resolvedPath(path)
        descriptor = unsafe open(place.systemName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 { throw .unreadable(path: path, reason: systemReason()) }
        version = FileVersion(descriptor)
        guard version.isRegular else { throw .noFile(path: path) }
        if flock(descriptor, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            throw .locked(path: path)
        }
        settle()
        try check()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Waits until the last change is older than one step of the file system's clock. Two changes within one step look
    /// like one.
    private func settle() {
        for _ in 0..<4 {
            version = FileVersion(descriptor)
            let age = version.nanosecondsSinceChange
            if age < 0 || age > Self.clockStep { return }
            usleep(UInt32(Self.clockStep / 1000))
        }
    }

    /// Throws if the file was changed, or if its name now belongs to another file.
    func check() throws(RedactionRefusal) {
        guard FileVersion(descriptor) == version, FileIdentity(place) == version.identity else {
            throw .changed(path: path)
        }
    }

    /// Whether `name` in `folder` is this file with its original bytes. Its name may have changed.
    func isSame(_ folder: Folder, _ name: [UInt8]) -> Bool {
        let now = FileVersion(descriptor)
        guard let status = folder.status(of: name), FileIdentity(status) == version.identity else { return false }
        return now.size == version.size && now.modified == version.modified
    }

    /// Names that the file still has.
    var names: Int { FileVersion(descriptor).names }
}

/// Identity, size and times of a file. They differ after the file was written or replaced.
struct FileVersion: Hashable {
    let identity: FileIdentity
    let size: Int
    let modified: Int
    let changed: Int
    let names: Int
    let isRegular: Bool

    init(_ descriptor: Int32) {
        var status = stat()
        _ = unsafe fstat(descriptor, &status)
        identity = FileIdentity(status)
        size = Int(status.st_size)
        modified = status.st_mtim.nanoseconds
        changed = status.st_ctim.nanoseconds
        names = Int(status.st_nlink)
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// Nanoseconds since its bytes or properties changed; negative for a time in the future.
    var nanosecondsSinceChange: Int {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return now.nanoseconds - max(modified, changed)
    }
}

extension timespec {
    /// Since 1970. The times of file systems fit in an `Int`.
    var nanoseconds: Int { tv_sec &* 1_000_000_000 &+ tv_nsec }
}

/// `path` with every link followed, or `path` itself if its target is missing.
func resolvedPath(_ path: String) -> String {
    guard let resolved = unsafe realpath(path.systemName, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe PathBytes.text(cString: resolved)
}

/// The system's words for the last error.
func systemReason() -> String { unsafe String(cString: strerror(errno)) }
