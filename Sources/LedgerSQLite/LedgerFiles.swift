internal import AtomicFiles
internal import Glibc
internal import GRDB
internal import Ledger
internal import LedgerHost

/// The files of a ledger. They are created completely or not at all, readable by their owner only, regardless of the
/// umask.
struct LedgerFiles {
    let path: String
    let keyPath: String

    /// - Parameter keyPath: `nil` for the ledger's name with `.key`.
    init(path: String, keyPath: String?) {
        self.path = path
        self.keyPath = keyPath ?? path + ".key"
    }

    /// All paths, whether the files exist or not.
    var all: [String] { [path, path + "-wal", path + "-shm", keyPath, keyPath + ".head"] }

    /// Creates ledger and key if both are missing. A ledger or key that a full disk left empty is created again.
    ///
    /// - Parameter mustExist: Whether a missing ledger is an error.
    /// - Returns: Whether they were created.
    func makeIfMissing(mustExist: Bool) throws(LedgerError) -> Bool {
        guard size(of: path) ?? 0 == 0 else { return false }
        if mustExist {
            throw size(of: path) == nil ? .notFound(path: path) : .notALedger(path: path, StoreFailure("it is empty"))
        }
        // A process that creates a ledger in this folder waits for another one that does.
        let folder = PathBytes.folder(of: path)
        let lock = unsafe Glibc.open(folder.systemName, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            let reason = Self.reason
            if lock >= 0 { close(lock) }
            throw .cannotOpen(path: path, StoreFailure(reason))
        }
        defer { close(lock) }
        guard size(of: path) ?? 0 == 0 else { return false }
        let isKeyNew = try makeKey()
        do throws(LedgerError) {
            try makeDatabase()
        } catch {
            if isKeyNew { _ = unsafe unlink(keyPath.systemName) }
            throw error
        }
        _ = fsync(lock)
        return true
    }

    /// Removes the permissions of other users from the existing files.
    ///
    /// - Returns: The files to which others had access.
    func tighten() throws(LedgerError) -> [String] {
        var tightened: [String] = []
        for file in all {
            var status = stat()
            guard unsafe stat(file.systemName, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_mode & 0o077 != 0
            else {
                continue
            }
            if unsafe chmod(file.systemName, status.st_mode & 0o700) == 0 {
                tightened.append(file)
            } else if errno != EROFS {
                throw .readableByOthers(path: file)
            }
        }
        return tightened
    }

    /// Creates a key if it is missing or incomplete. Returns whether it did.
    private func makeKey() throws(LedgerError) -> Bool {
        guard size(of: keyPath) ?? 0 < 64 else { return false }
        try KeyFile.make(keyPath)
        return true
    }

    private func makeDatabase() throws(LedgerError) {
        do {
            let file = try AtomicFile(path, permissions: .secret)
            guard let name = file.temporaryPath else { return }
            defer { _ = unsafe unlink((name + "-journal").systemName) }
            let database = try DatabaseQueue(path: name.databaseName)
            try Schema.migrator.migrate(database)
            try database.close()
            try file.commit()
        } catch let error as AtomicFileError {
            throw .cannotOpen(path: path, StoreFailure(error.reason))
        } catch {
            throw .cannotOpen(path: path, StoreFailure(of: error))
        }
    }

    /// - Throws: ``LedgerError/notFound(path:)``
    static func requireFile(_ path: String) throws(LedgerError) {
        guard unsafe access(path.systemName, F_OK) == 0 else { throw .notFound(path: path) }
    }

    /// Size of the file at `path` in bytes; `nil` if it is missing.
    private func size(of path: String) -> Int? {
        var status = stat()
        return unsafe stat(path.systemName, &status) == 0 ? Int(status.st_size) : nil
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }
}
