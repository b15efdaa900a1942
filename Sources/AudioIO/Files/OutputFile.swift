internal import AtomicFiles
internal import Glibc

/// The destination of audio: a file that gets its name when it is complete, or a stream.
///
/// Bytes for a device, a pipe or standard output are written as they come.
final class OutputFile {
    /// The name that the user gave.
    let name: String
    let descriptor: Int32
    /// The unfinished file; `nil` if bytes are written directly.
    private let file: AtomicFile?
    private let owned: Bool
    /// A descriptor that ends every wait when it becomes readable, or `nil`.
    private var stop: Int32?
    /// Position of the first byte in the file. A redirected file may already have content.
    private let start: Int

    /// A new file that appears at once, is readable by its owner only, and grows in place. It outlives this process.
    ///
    /// - Parameter allowsSpecial: Whether the path may belong to a pipe or a device, which is then written directly.
    /// - Throws: ``AudioFileError/alreadyThere(path:)`` if the path belongs to a file. A link is not followed.
    init(growing name: String, allowsSpecial: Bool) throws(AudioFileError) {
        (self.name, file, owned, start) = (name, nil, true, 0)
        var status = stat()
        if unsafe lstat(name.systemName, &status) == 0 {
            guard allowsSpecial, unsafe stat(name.systemName, &status) == 0, OutputFile.isSpecial(status) else {
                throw OutputFile.isSpecial(status) ? .notRegular(path: name) : .alreadyThere(path: name)
            }
            // Opening must not wait for a pipe's reader, which may never come.
            descriptor = unsafe open(name.systemName, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        } else {
            descriptor = unsafe open(name.systemName, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        if descriptor < 0 {
            let code = errno
            throw code == EEXIST
                ? .alreadyThere(path: name)
                : .cannotCreate(path: name, reason: code == ENXIO ? "nobody reads it" : systemText(code))
        }
        // The permissions are set regardless of the umask.
        if unsafe fstat(descriptor, &status) == 0, !OutputFile.isSpecial(status) { fchmod(descriptor, 0o600) }
    }

    /// Opens a pipe or a device for writing as soon as it has a reader.
    private static func openSpecial(_ name: String, _ stop: Int32?) throws(AudioFileError) -> Int32 {
        guard let stop else {
            let descriptor = unsafe open(name.systemName, O_WRONLY | O_CLOEXEC)
            if descriptor < 0 { throw .cannotCreate(path: name, reason: systemText(errno)) }
            return descriptor
        }
        while true {
            let descriptor = unsafe open(name.systemName, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            guard errno == ENXIO || errno == EINTR else { throw .cannotCreate(path: name, reason: systemText(errno)) }
            var wait = pollfd(fd: stop, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&wait, 1, 20) > 0 { throw .cannotCreate(path: name, reason: "nobody reads it") }
        }
    }

    private static func isSpecial(_ status: stat) -> Bool {
        [S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    /// The file called `name`, which is `-` for standard output.
    ///
    /// - Parameter stop: A descriptor that ends any wait for a pipe's reader within a second of becoming readable.
    init(_ name: String, permissions: AtomicFile.Permissions = .ordinary, stop: Int32? = nil) throws(AudioFileError) {
        self.name = name
        self.stop = stop
        var status = stat()
        let exists = unsafe name != "-" && stat(name.systemName, &status) == 0
        if name == "-" || exists && OutputFile.isStandardOutput(name, status) {
            (descriptor, owned, file) = (STDOUT_FILENO, false, nil)
            start = max(0, lseek(STDOUT_FILENO, 0, SEEK_CUR))
            return
        }
        start = 0
        if exists && status.st_mode & S_IFMT == S_IFDIR { throw .cannotCreate(path: name, reason: systemText(EISDIR)) }
        if exists && (status.st_mode & S_IFMT != S_IFREG || OutputFile.isOfTheSystem(name)) {
            (owned, file) = (true, nil)
            descriptor = try OutputFile.openSpecial(name, stop)
            return
        }
        do throws(AtomicFileError) { file = try AtomicFile(name, permissions: permissions) } catch {
            throw AudioFileError(error)
        }
        (owned, descriptor) = (false, file?.descriptor ?? -1)
    }

    /// The open file behind `descriptor`, which its owner keeps.
    init(descriptor: Int32, named name: String) {
        self.name = name
        self.descriptor = descriptor
        (file, owned, start) = (nil, false, 0)
    }

    deinit { if owned { close(descriptor) } }

    /// Whether there is an unfinished file, in which earlier positions can be written again.
    var isFile: Bool { file != nil }

    /// Whether earlier positions can be written again, to correct a header.
    var isSeekable: Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && fcntl(descriptor, F_GETFL) & O_APPEND == 0
    }

    /// Writes all of `bytes`, in as many writes as necessary.
    func write(_ bytes: Span<UInt8>) throws(AudioFileError) {
        var code: Int32 = 0
        unsafe bytes.withUnsafeBufferPointer { source in
            var done = 0
            // After `poll`, PIPE_BUF bytes can be written without waiting.
            let most = stop == nil || file != nil ? Int.max : 4096
            while done < source.count && code == 0 {
                if most < .max { code = waited(after: EAGAIN) }
                if code != 0 { break }
                let count = unsafe Glibc.write(descriptor, source.baseAddress! + done, min(most, source.count - done))
                if count >= 0 { done += count } else { code = waited(after: errno) }
            }
        }
        if code != 0 { throw failure(code) }
    }

    /// Overwrites bytes, `offset` from the first one written.
    func overwrite(_ bytes: [UInt8], at offset: Int) throws(AudioFileError) {
        let place = off_t(start + offset)
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress!, $0.count, place) }
        if count != bytes.count { throw failure(count < 0 ? errno : EIO) }
    }

    /// Gives the file its name.
    func commit() throws(AudioFileError) {
        do throws(AtomicFileError) { try file?.commit() } catch { throw AudioFileError(error) }
    }

    private func failure(_ code: Int32) -> AudioFileError {
        code == EPIPE ? .outputClosed(path: name) : .writeFailed(path: name, reason: systemText(code))
    }

    /// Returns 0 if the write may be tried again, else the error.
    private func waited(after code: Int32) -> Int32 {
        if code == EINTR { return 0 }
        guard code == EAGAIN else { return code }
        var waits = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
        if let stop { waits.append(pollfd(fd: stop, events: Int16(POLLIN), revents: 0)) }
        while unsafe poll(&waits, nfds_t(waits.count), -1) < 0 && errno == EINTR {}
        // After the order to stop, buffered bytes are written as long as there is a reader.
        if waits[0].revents == 0, unsafe poll(&waits, 1, 800) <= 0 { return ECANCELED }
        return 0
    }

    /// Whether `name` is one of the system's names for standard output, such as `/dev/stdout`.
    private static func isStandardOutput(_ name: String, _ status: stat) -> Bool {
        var own = stat()
        return unsafe isOfTheSystem(name) && fstat(STDOUT_FILENO, &own) == 0
            && FileIdentity(own) == FileIdentity(status)
    }

    /// Whether `name` is one of the system's devices and descriptors, which must not be replaced.
    private static func isOfTheSystem(_ name: String) -> Bool {
        guard let resolved = unsafe realpath(PathBytes.folder(of: name).systemName, nil) else { return false }
        defer { unsafe free(resolved) }
        let path = unsafe String(cString: resolved)
        return path == "/dev" || path.hasPrefix("/proc/")
    }
}

extension AudioFileError {
    init(_ error: AtomicFileError) {
        switch error.step {
        case .creating: self = .cannotCreate(path: error.path, reason: error.reason)
        case .writing: self = .writeFailed(path: error.path, reason: error.reason)
        }
    }
}
