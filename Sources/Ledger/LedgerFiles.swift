internal import Glibc
internal import GRDB
internal import KeyedHash

/// The files of a ledger: made whole or not at all, and readable by their owner alone whatever the umask.
struct LedgerFiles {
    let path: String
    let keyPath: String

    /// Makes ledger and key where there is neither; a ledger or key that a full disk left empty is made anew.
    ///
    /// - Parameter mustExist: Whether a missing ledger is an error.
    func makeIfMissing(mustExist: Bool) throws(LedgerError) {
        guard size(of: path) ?? 0 == 0 else { return }
        if mustExist { throw size(of: path) == nil ? .notFound(path: path) : .notALedger(path: path, reason: "it is empty") }
        // Whoever makes a ledger in this folder waits for who is at it.
        let folder = Self.folder(of: path)
        let lock = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            let reason = Self.reason
            if lock >= 0 { close(lock) }
            throw .cannotOpen(path: path, reason: reason)
        }
        defer { close(lock) }
        guard size(of: path) ?? 0 == 0 else { return }
        let isKeyNew = try makeKey()
        do throws(LedgerError) {
            try makeDatabase()
        } catch {
            if isKeyNew { _ = unsafe unlink(keyPath) }
            throw error
        }
        _ = fsync(lock)
    }

    /// Takes every right of others away from the files that are there.
    ///
    /// - Returns: Those that others had rights to.
    func tighten() throws(LedgerError) -> [String] {
        var tightened: [String] = []
        for file in [path, path + "-wal", path + "-shm", keyPath, keyPath + ".head"] {
            var status = stat()
            guard unsafe stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 else {
                continue
            }
            if unsafe chmod(file, status.st_mode & 0o700) == 0 {
                tightened.append(file)
            } else if errno != EROFS {
                throw .exposed(path: file)
            }
        }
        return tightened
    }

    /// Whether a key was made: there was none, or one that was cut short.
    private func makeKey() throws(LedgerError) -> Bool {
        guard size(of: keyPath) ?? 0 < 64 else { return false }
        let text = Array((KeyedHash.hexadecimal(KeyedHash.randomBytes(32)) + "\n").utf8)
        try makeWhole(keyPath) { file, _ in
            var done = 0
            while done < text.count {
                let count = unsafe text.withUnsafeBytes { unsafe write(file, $0.baseAddress! + done, text.count - done) }
                guard count > 0 || count < 0 && errno == EINTR else { return Self.reason }
                done += max(0, count)
            }
            return nil
        }
        return true
    }

    private func makeDatabase() throws(LedgerError) {
        try makeWhole(path) { _, name in
            do {
                let database = try DatabaseQueue(path: name)
                try Schema.migrator.migrate(database)
                try database.close()
                return nil
            } catch {
                _ = unsafe unlink(name + "-journal")
                return Ledger.reason(error)
            }
        }
    }

    /// Makes a file under another name and gives it its own once it is whole and on the disk.
    ///
    /// - Parameter fill: Is given the empty file and its name for now; returns why it could not be filled, `nil` where it was.
    private func makeWhole(_ path: String, _ fill: (Int32, String) -> String?) throws(LedgerError) {
        let name = path + ".new-" + KeyedHash.hexadecimal(KeyedHash.randomBytes(8))
        let file = unsafe Glibc.open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .cannotOpen(path: path, reason: Self.reason) }
        defer { close(file) }
        var failure = fchmod(file, 0o600) == 0 ? fill(file, name) : Self.reason
        if failure == nil, fsync(file) != 0 { failure = Self.reason }
        if failure == nil, unsafe rename(name, path) != 0 { failure = Self.reason }
        guard let failure else { return }
        _ = unsafe unlink(name)
        throw .cannotOpen(path: path, reason: failure)
    }

    /// Bytes of the file at `path`; `nil` where there is none.
    private func size(of path: String) -> Int? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }
}
