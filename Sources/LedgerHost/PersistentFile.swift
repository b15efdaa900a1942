internal import AtomicFiles
internal import Glibc
internal import Synchronization

/// A file that is written repeatedly. It stays open, and is reopened if its path leads to another file.
package final class PersistentFile: Sendable {
    package let path: String
    private let file = Mutex<Int32>(-1)

    package init(_ path: String) { self.path = path }

    deinit { file.withLock { if $0 >= 0 { close($0) } } }

    /// Writes `bytes` at the beginning of the file. A missing file is created with permissions 0600.
    package func overwrite(_ bytes: [UInt8]) {
        file.withLock { file in
            if file >= 0, !pathStillNames(file, path) {
                close(file)
                file = -1
            }
            if file < 0 { file = unsafe open(path.systemName, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
            if file >= 0 { _ = fchmod(file, 0o600) }
            if file >= 0 { _ = unsafe pwrite(file, bytes, bytes.count, 0) }
        }
    }
}

/// Whether `path` still leads to the open `file`; `errno` gives the reason if not.
package func pathStillNames(_ file: Int32, _ path: String) -> Bool {
    guard let held = FileIdentity(file), let named = FileIdentity(path) else { return false }
    if held != named { errno = ESTALE }
    return held == named
}
