internal import Glibc

/// A file that appears under its name complete or not at all. The product creates every file in this way.
///
/// Its bytes go to a temporary file with a random name in the target's folder, which a link cannot redirect.
/// ``commit()`` writes them to the disk, renames the file in one step and writes the folder to the disk. A symbolic
/// link at the target is replaced and never followed. Without a commit, the file is removed.
///
/// The temporary file is locked as long as its writer lives. A file left by a killed process is recognised by its name
/// and its missing lock. The next writer of a file with that name removes it. See ``StaleFiles``.
package final class AtomicFile {
    /// The permissions of the file.
    package enum Permissions: Sendable {
        /// For its owner only (0600), regardless of the umask and of the previous file.
        case secret
        /// The permissions of the replaced file, else 0666 minus the umask.
        case ordinary
        /// The permissions of the replaced file, else these minus the umask.
        case like(UInt32)
    }

    /// What may exist at the target before.
    package enum Target: Sendable {
        /// A file or a link, which is replaced, or nothing.
        case any
        /// Nothing. ``commit()`` fails if the name exists.
        case new
    }

    /// The name that the user gave, for messages.
    package let path: String
    /// The open temporary file, for reading and writing.
    package let descriptor: Int32
    let folder: Folder
    let name: [UInt8]
    let target: Target
    private(set) var temporary: [UInt8]?
    private var registration: Int?

    /// A file that will get the name `path`.
    package convenience init(
        _ path: String, permissions: Permissions = .ordinary, target: Target = .any
    ) throws(AtomicFileError) {
        try self.init(bytes: PathBytes.bytes(path), permissions: permissions, target: target)
    }

    /// A file with the path `path` in the system's bytes, which need not be text.
    package convenience init(
        bytes path: [UInt8], permissions: Permissions = .ordinary, target: Target = .any
    ) throws(AtomicFileError) {
        let parts = pathParts(path)
        guard !path.contains(0), let folder = Folder(parts.folder) else {
            throw AtomicFileError(path: PathBytes.text(path), code: errno, step: .creating)
        }
        try self.init(parts.name, in: folder, path: path, permissions: permissions, target: target)
    }

    /// Another file for the same target. The last one committed gets the name.
    package convenience init(beside other: AtomicFile, permissions: Permissions) throws(AtomicFileError) {
        try self.init(other.name, in: other.folder, path: PathBytes.bytes(other.path), permissions: permissions)
    }

    /// A file that will be called `name` in `folder`. Messages call it `path`, or the path made of both.
    package init(
        _ name: [UInt8], in folder: Folder, path: [UInt8]? = nil, permissions: Permissions = .ordinary,
        target: Target = .any
    ) throws(AtomicFileError) {
        self.path = PathBytes.text(path ?? folder.path + [0x2F] + name)
        (self.name, self.folder, self.target) = (name, folder, target)
        let error = { [path = self.path] (code: Int32) in AtomicFileError(path: path, code: code, step: .creating) }
        if name.isEmpty || name == [0x2E] || name == [0x2E, 0x2E] { throw error(EISDIR) }
        if name.contains(0) || name.contains(0x2F) { throw error(EINVAL) }
        var mode: mode_t = 0o600
        var old: mode_t?
        if let status = folder.status(of: name) {
            let kind = status.st_mode & S_IFMT
            if target.isNew { throw error(EEXIST) }
            if kind == S_IFDIR { throw error(EISDIR) }
            if kind != S_IFREG && kind != S_IFLNK { throw error(EEXIST) }
            if kind == S_IFREG {
                if !folder.mayWrite(name) { throw error(errno) }
                old = status.st_mode & 0o777
            }
        }
        StaleFiles.remove(madeFor: name, in: folder)
        switch permissions {
        case .secret: old = 0o600
        case .ordinary: mode = 0o666
        case .like(let given): mode = mode_t(given & 0o666)
        }
        guard let made = folder.makeTemporary(for: name, mode: old == nil ? mode : 0o600) else { throw error(errno) }
        (descriptor, temporary) = (made.descriptor, made.name)
        registration = UnfinishedFiles.add(folder, made.name)
        if let old { fchmod(descriptor, old) }
    }

    deinit {
        discard()
        close(descriptor)
    }

    /// The path of the unfinished file; `nil` after the file got its name or was discarded.
    package var temporaryPath: String? {
        temporary.map { PathBytes.text(folder.path + [0x2F] + $0) }
    }

    /// Appends all of `bytes`.
    package func write(_ bytes: Span<UInt8>) throws(AtomicFileError) {
        var code: Int32 = 0
        unsafe bytes.withUnsafeBufferPointer { source in
            var done = 0
            while done < source.count && code == 0 {
                let count = unsafe Glibc.write(descriptor, source.baseAddress! + done, source.count - done)
                if count >= 0 { done += count } else if errno != EINTR { code = errno }
            }
        }
        if code != 0 { throw AtomicFileError(path: path, code: code, step: .writing) }
    }

    /// Writes the file to the disk and gives it its name.
    package func commit() throws(AtomicFileError) {
        try prepare()
        try publish()
    }

    /// First half of ``commit()``: writes every byte to the disk, and checks that the temporary name still belongs to
    /// this file.
    package func prepare() throws(AtomicFileError) {
        if fsync(descriptor) != 0 && errno != EINVAL {
            throw AtomicFileError(path: path, code: errno, step: .writing)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, let temporary, let named = folder.status(of: temporary),
            FileIdentity(named) == FileIdentity(status)
        else { throw AtomicFileError(path: path, code: ESTALE, step: .writing) }
    }

    /// Second half of ``commit()``: renames the file, and writes the folder to the disk.
    package func publish() throws(AtomicFileError) {
        guard let temporary else { throw AtomicFileError(path: path, code: ESTALE, step: .creating) }
        FaultPoints.reached(.beforeRename)
        let code = target.isNew ? folder.give(name, to: temporary) : folder.rename(temporary, to: name)
        if code != 0 { throw AtomicFileError(path: path, code: code, step: .creating) }
        FaultPoints.reached(.afterRename)
        isCommitted()
    }

    /// Notes that the temporary name is gone or belongs to another file, and writes the folder to the disk.
    package func isCommitted() {
        temporary = nil
        registration.map(UnfinishedFiles.remove)
        registration = nil
        folder.synchronize()
    }

    /// Removes the temporary file. The target stays as it was.
    package func discard() {
        guard let temporary else { return }
        folder.remove(temporary)
        self.temporary = nil
        registration.map(UnfinishedFiles.remove)
        registration = nil
    }
}

extension AtomicFile {
    /// Writes `bytes`, and gives the file its name.
    package func commit(_ bytes: [UInt8]) throws(AtomicFileError) {
        try write(bytes.span)
        try commit()
    }

    /// Creates or replaces the file at `path` with `bytes`.
    package static func write(
        _ bytes: [UInt8], to path: String, permissions: Permissions = .ordinary, target: Target = .any
    ) throws(AtomicFileError) {
        let file = try AtomicFile(path, permissions: permissions, target: target)
        try file.write(bytes.span)
        try file.commit()
    }

    /// Creates or replaces the file at `path` with `text` in UTF-8.
    package static func write(
        _ text: String, to path: String, permissions: Permissions = .ordinary, target: Target = .any
    ) throws(AtomicFileError) {
        try write(Array(text.utf8), to: path, permissions: permissions, target: target)
    }
}

extension AtomicFile.Target {
    var isNew: Bool { if case .new = self { true } else { false } }
}
