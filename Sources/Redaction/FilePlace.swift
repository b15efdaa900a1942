internal import AtomicFiles
internal import AudioIO
internal import CFileCalls
internal import Glibc

/// Where a file lies, and how another takes its place.
enum FilePlace {
    /// `path` with every link followed.
    static func resolved(_ path: String) -> String {
        guard let resolved = unsafe realpath(path.systemName, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe PathBytes.text(cString: resolved)
    }

    /// A hidden name beside `path`, always the same one, so that a copy left by a killed run is found.
    static func beside(_ path: String, prefix: String) -> String {
        PathBytes.join(PathBytes.folder(of: path), prefix + PathBytes.lastName(path))
    }

    /// Hard links to the file beyond this name.
    static func otherNames(of path: String) -> Int {
        var status = stat()
        guard unsafe stat(path.systemName, &status) == 0 else { return 0 }
        return Int(status.st_nlink) - 1
    }

    /// A byte-for-byte copy, readable by its owner only until it takes its place.
    static func copy(_ path: String, to copy: String) throws(AudioFileError) {
        let input = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC)
        if input < 0 { throw .unreadable(path: path, reason: systemReason()) }
        defer { close(input) }
        let output = unsafe open(copy.systemName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if output < 0 { throw .cannotCreate(path: copy, reason: systemReason()) }
        defer { close(output) }
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe read(input, &block, block.count)
            if count < 0 { throw .readFailed(path: path, reason: systemReason()) }
            if count == 0 { return }
            var done = 0
            while done < count {
                let written = unsafe block.withUnsafeBytes {
                    unsafe write(output, $0.baseAddress! + done, count - done)
                }
                if written < 0 { throw .writeFailed(path: copy, reason: systemReason()) }
                done += written
            }
        }
    }

    /// Puts `copy` in the place of `place`, with the times, owner, permissions and attributes of `original`.
    ///
    /// The copy's bytes are on the disk before its name is, and the name before this returns.
    static func replace(_ place: String, by copy: String, like original: String) throws(AudioFileError) {
        var status = stat()
        guard unsafe stat(original.systemName, &status) == 0 else {
            throw .unreadable(path: original, reason: systemReason())
        }
        let descriptor = unsafe open(copy.systemName, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { throw .cannotCreate(path: copy, reason: systemReason()) }
        let input = unsafe open(original.systemName, O_RDONLY | O_CLOEXEC)
        copyAttributes(from: input, to: descriptor)
        close(input)
        // Only root may give a file away; a recording of one's own keeps its owner anyway.
        _ = fchown(descriptor, status.st_uid, status.st_gid)
        fchmod(descriptor, status.st_mode & 0o7777)
        let times = [status.st_atim, status.st_mtim]
        let isTimed = unsafe futimens(descriptor, times) == 0
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isTimed, isSynced, unsafe rename(copy.systemName, place.systemName) == 0 else {
            let reason = systemReason()
            _ = unsafe unlink(copy.systemName)
            throw .cannotCreate(path: place, reason: reason)
        }
        let handle = unsafe open(PathBytes.folder(of: place).systemName, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            _ = fsync(handle)
            close(handle)
        }
    }

    /// Extended attributes, access lists among them, as far as the file system takes them.
    private static func copyAttributes(from original: Int32, to copy: Int32) {
        var names = [CChar](repeating: 0, count: 1 << 16)
        let length = unsafe flistxattr(original, &names, names.count)
        guard length > 0 else { return }
        for name in names.prefix(length).split(separator: 0) {
            let name = Array(name) + [0]
            var value = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe fgetxattr(original, name, &value, value.count)
            if count >= 0 { _ = unsafe fsetxattr(copy, name, value, count, 0) }
        }
    }

    static func systemReason() -> String { unsafe String(cString: strerror(errno)) }
}
