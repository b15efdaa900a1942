internal import Glibc

/// Unfinished files of killed processes.
package enum StaleFiles {
    /// The state of a temporary name.
    package enum State: Sendable, Hashable {
        /// Its writer is running.
        case beingWritten
        /// Its writer is gone.
        case stale
        /// It is not an unfinished file.
        case none
    }

    /// The state of the file `name` in `folder`, and its open, locked descriptor if it is stale.
    private static func look(_ name: [UInt8], in folder: Folder) -> (State, Int32) {
        guard TemporaryName.isTemporary(name) else { return (.none, -1) }
        let descriptor = folder.open(name, O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { return (.none, -1) }
        var status = stat()
        // A file left by an exchange belongs to the recording's owner.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid() || geteuid() == 0
        else {
            close(descriptor)
            return (.none, -1)
        }
        // An unfinished file has one name. A file with two names is a link whose exchange was interrupted, so the lock
        // of its other name is irrelevant.
        if status.st_nlink > 1 || flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return (.stale, descriptor) }
        close(descriptor)
        return (.beingWritten, -1)
    }

    /// The state of the file at `path`; a stale file of this user is removed.
    package static func remove(at path: [UInt8]) -> State {
        let parts = pathParts(path)
        guard TemporaryName.isTemporary(parts.name), let folder = Folder(parts.folder) else { return .none }
        return remove(parts.name, in: folder)
    }

    /// Removes every stale file in `folder` for the target `name`. Returns their names.
    package static func remove(madeFor name: [UInt8], inFolder folder: [UInt8]) -> [[UInt8]] {
        Folder(folder).map { remove(madeFor: name, in: $0) } ?? []
    }

    /// Removes every stale file in `folder` for the target `name`. Returns their names.
    @discardableResult
    package static func remove(madeFor name: [UInt8], in folder: Folder) -> [[UInt8]] {
        folder.names(beginning: TemporaryName.prefix).filter {
            TemporaryName.target(of: $0) == TemporaryName.truncated(name) && remove($0, in: folder) == .stale
        }
    }

    private static func remove(_ name: [UInt8], in folder: Folder) -> State {
        let (state, descriptor) = look(name, in: folder)
        guard state == .stale else { return state }
        folder.remove(name)
        close(descriptor)
        return .stale
    }
}
