internal import AtomicFiles
internal import Glibc

/// Reads small files whole, and creates folders.
package enum WholeFile {
    /// The bytes of a small file. An unnamed pipe opened by a shell is read too.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The largest number of bytes.
    ///   - takesPipes: Whether named pipes and devices are also read, with waiting.
    /// - Throws: ``AudioFileError/cannotHold(path:detail:)`` if there are more bytes,
    ///   ``AudioFileError/unreadable(path:reason:)`` if it is not a file, else the system's error.
    package static func read(
        _ path: String, limit: Int = 1 << 30, takesPipes: Bool = false
    ) throws(AudioFileError) -> [UInt8] {
        let waiting = takesPipes ? 0 : O_NONBLOCK
        let descriptor = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC | waiting)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .notFound(path: path) : .unreadable(path: path, reason: systemText(errno))
        }
        defer { close(descriptor) }
        if !takesPipes {
            if let what = SpecialFile(descriptor)?.words { throw .unreadable(path: path, reason: "it is \(what)") }
            _ = fcntl(descriptor, F_SETFL, 0)
        }
        return try read(descriptor, named: path, limit: limit)
    }

    /// The rest of an open descriptor.
    package static func read(
        _ descriptor: Int32, named path: String, limit: Int = 1 << 30
    ) throws(AudioFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw errno == EISDIR ? .isDirectory(path: path) : .readFailed(path: path, reason: systemText(errno))
            }
            if count == 0 { return bytes }
            bytes += block.prefix(count)
            if bytes.count > limit { throw .cannotHold(path: path, detail: "it is longer than \(limit) bytes") }
        }
    }

    /// Creates the folder at `path` and missing folders above it.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o777) throws(AudioFileError) {
        if unsafe mkdir(path.systemName, mode) == 0 { return }
        let code = errno
        if code == ENOENT, PathBytes.folder(of: path) != path {
            try makeFolder(PathBytes.folder(of: path), mode: mode)
            if unsafe mkdir(path.systemName, mode) == 0 || errno == EEXIST { return }
            throw .cannotCreate(path: path, reason: systemText(errno))
        }
        var status = stat()
        if code == EEXIST, unsafe stat(path.systemName, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw .cannotCreate(path: path, reason: systemText(code == EEXIST ? ENOTDIR : code))
    }
}
