internal import CFileCalls
package import Glibc

/// An open folder. Names are looked up in it even if the folder itself is renamed.
package final class Folder: Sendable {
    /// The path that the user gave, in the system's bytes.
    package let path: [UInt8]
    private let descriptor: Int32

    /// Opens the folder at `path`; `nil` with the reason in `errno` if it cannot.
    package init?(_ path: [UInt8]) {
        self.path = path
        let descriptor = openPath(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A folder that can be written but not listed works too, except that it cannot be written to the disk
        // explicitly.
        self.descriptor =
            descriptor < 0 && errno == EACCES ? openPath(path, tonewall_o_path | O_DIRECTORY | O_CLOEXEC) : descriptor
        if self.descriptor < 0 { return nil }
    }

    private init(_ path: [UInt8], descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The folder `name` in this folder, created if it is missing; `nil` with `errno` if the name belongs to a link or
    /// a file, or on an error.
    package func subfolder(_ name: [UInt8]) -> Folder? {
        if name == [0x2E] || name == [0x2E, 0x2E] || name.contains(0) {
            errno = EINVAL
            return nil
        }
        if status(of: name) == nil, errno == ENOENT, unsafe mkdirat(descriptor, systemName(name), 0o777) != 0,
            errno != EEXIST
        {
            return nil
        }
        var opened = open(name, O_RDONLY | O_DIRECTORY)
        if opened < 0 && errno == EACCES { opened = open(name, tonewall_o_path | O_DIRECTORY) }
        if opened >= 0 { return Folder(path + [0x2F] + name, descriptor: opened) }
        // With O_DIRECTORY the system reports a link and a file alike.
        let code = errno
        errno = code == ENOTDIR && status(of: name).map { $0.st_mode & S_IFMT == S_IFLNK } == true ? ELOOP : code
        return nil
    }

    /// The status of `name`. A link is not followed.
    package func status(of name: [UInt8]) -> stat? {
        var status = stat()
        return unsafe fstatat(descriptor, systemName(name), &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// Whether this process may write to `name`.
    func mayWrite(_ name: [UInt8]) -> Bool { unsafe faccessat(descriptor, systemName(name), W_OK, AT_EACCESS) == 0 }

    /// Opens `name`. A link is not followed.
    package func open(_ name: [UInt8], _ flags: Int32, mode: mode_t = 0) -> Int32 {
        unsafe openat(descriptor, systemName(name), flags | O_NOFOLLOW | O_CLOEXEC, mode)
    }

    /// Creates a locked temporary file with a random name that shows its target; `nil` with `errno` on an error.
    func makeTemporary(for name: [UInt8], mode: mode_t) -> (descriptor: Int32, name: [UInt8])? {
        for _ in 0..<16 {
            let temporary = TemporaryName.make(for: name)
            let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL, mode: mode)
            if descriptor < 0 && errno == EEXIST { continue }
            if descriptor < 0 { return nil }
            // On a file system without locks, stale files cannot be recognised. The file is created nevertheless.
            while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
            var status = stat()
            // A process that removes stale files may have removed it before it was locked.
            if unsafe fstat(descriptor, &status) == 0 && status.st_nlink > 0 { return (descriptor, temporary) }
            close(descriptor)
        }
        errno = EEXIST
        return nil
    }

    /// Renames a file, and replaces `name` if it exists. Returns 0 or the error.
    func rename(_ old: [UInt8], to name: [UInt8]) -> Int32 {
        unsafe renameat(descriptor, systemName(old), descriptor, systemName(name)) == 0 ? 0 : errno
    }

    /// Renames a file unless `name` exists. Returns 0 or the error.
    func give(_ name: [UInt8], to old: [UInt8]) -> Int32 {
        let (from, to) = (systemName(old), systemName(name))
        if unsafe renameat2(descriptor, from, descriptor, to, tonewall_rename_noreplace) == 0 { return 0 }
        guard errno == EINVAL || errno == ENOSYS else { return errno }
        guard unsafe linkat(descriptor, from, descriptor, to, 0) == 0 else { return errno }
        remove(old)
        return 0
    }

    /// Links the file behind `descriptor` to `name` and replaces an existing file; `false` if that is impossible.
    package func link(_ file: Int32, as name: [UInt8]) -> Bool {
        var own = stat()
        guard unsafe fstat(file, &own) == 0 else { return false }
        let path = "/proc/self/fd/\(file)"
        if unsafe linkat(AT_FDCWD, path, descriptor, systemName(name), AT_SYMLINK_FOLLOW) == 0 {
            synchronize()
            return true
        }
        if let there = status(of: name), FileIdentity(there) == FileIdentity(own) { return true }
        let temporary = TemporaryName.make(for: name)
        let made = unsafe linkat(
            AT_FDCWD, path, descriptor, systemName(temporary), AT_SYMLINK_FOLLOW)
        guard made == 0 else { return false }
        guard rename(temporary, to: name) == 0 else {
            remove(temporary)
            return false
        }
        synchronize()
        return true
    }

    /// Exchanges the files of two names in one step. Returns 0 or the error.
    package func exchange(_ a: [UInt8], _ b: [UInt8]) -> Int32 {
        let done = unsafe renameat2(descriptor, systemName(a), descriptor, systemName(b), tonewall_rename_exchange)
        return done == 0 ? 0 : errno
    }

    package func remove(_ name: [UInt8]) { _ = unsafe unlinkat(descriptor, systemName(name), 0) }

    /// Writes the folder's names to the disk.
    package func synchronize() { _ = fsync(descriptor) }

    /// Every name in the folder that begins with `prefix`, in any order; empty if it cannot be listed.
    func names(beginning prefix: [UInt8]) -> [[UInt8]] {
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = unsafe fdopendir(copy) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(stream) {
            unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
                // Most names in a folder of recordings do not match, so no array is made of them.
                if unsafe name.starts(with: prefix) { unsafe names.append(Array(name.prefix { $0 != 0 })) }
            }
        }
        return names
    }
}

/// The folder of `path` and the name in it.
package func pathParts(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
    guard let slash = path.lastIndex(of: 0x2F) else { return ([0x2E], path) }
    return (slash == 0 ? [0x2F] : Array(path[..<slash]), Array(path[(slash + 1)...]))
}

/// `bytes` with the final NUL that system calls require.
package func systemName(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

/// `open` for a path in bytes.
package func openPath(_ path: [UInt8], _ flags: Int32) -> Int32 { unsafe open(systemName(path), flags) }
