import Glibc
import Synchronization

/// A file that appears under its name only when it is whole.
///
/// It is written beside its place under a hidden name, and renamed at the end. Where the place holds what is no regular
/// file (a device, a pipe), that is written to directly.
final class OutputFile {
    /// The name as it was given.
    let name: String
    let descriptor: Int32
    /// Where the bytes go until the end; `nil` where they go to their place directly.
    private(set) var temporaryPath: String?
    private let place: String
    private let owned: Bool
    /// Where in the file the first byte goes: what a shell redirects may hold something already.
    private let start: Int

    /// Temporary names in use, for whoever must leave in a hurry.
    private static let unfinished = Mutex<Set<String>>([])

    /// A new file that appears at once, readable by its owner alone, and grows in its place, for what must outlive this process.
    ///
    /// - Parameter allowsSpecial: Whether the place may hold a pipe or a device, which is written to as it is.
    /// - Throws: ``AudioFileError/alreadyThere(path:)`` where the place holds a file; a link is not followed.
    init(growing name: String, allowsSpecial: Bool) throws(AudioFileError) {
        (self.name, place, owned, start) = (name, name, true, 0)
        var status = stat()
        if unsafe lstat(name, &status) == 0 {
            guard allowsSpecial, unsafe stat(name, &status) == 0, OutputFile.isSpecial(status) else {
                throw OutputFile.isSpecial(status) ? .notRegular(path: name) : .alreadyThere(path: name)
            }
            // Without waiting for a pipe's reader, who may never come.
            descriptor = unsafe open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        } else {
            descriptor = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        if descriptor < 0 {
            let code = errno
            throw code == EEXIST
                ? .alreadyThere(path: name)
                : .cannotCreate(path: name, reason: code == ENXIO ? "nobody reads it" : systemText(code))
        }
        // Whatever the mask takes away or leaves.
        if unsafe fstat(descriptor, &status) == 0, !OutputFile.isSpecial(status) { fchmod(descriptor, 0o600) }
    }

    private static func isSpecial(_ status: stat) -> Bool {
        [S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    /// The file called `name`, which is `-` for standard output.
    init(_ name: String) throws(AudioFileError) {
        self.name = name
        if name == "-" {
            (descriptor, place, owned) = (STDOUT_FILENO, name, false)
            start = max(0, lseek(STDOUT_FILENO, 0, SEEK_CUR))
            return
        }
        (owned, start) = (true, 0)
        var status = stat()
        let exists = unsafe stat(name, &status) == 0
        if exists && status.st_mode & S_IFMT == S_IFDIR { throw .cannotCreate(path: name, reason: systemText(EISDIR)) }
        if exists && status.st_mode & S_IFMT != S_IFREG {
            place = name
            descriptor = unsafe open(name, O_WRONLY | O_CLOEXEC)
            if descriptor < 0 { throw .cannotCreate(path: name, reason: systemText(errno)) }
            return
        }
        if unsafe exists && access(name, W_OK) != 0 { throw .cannotCreate(path: name, reason: systemText(errno)) }
        place = exists ? OutputFile.resolved(name) : name
        let temporary = OutputFile.temporaryName(beside: place)
        descriptor = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw .cannotCreate(path: name, reason: systemText(errno)) }
        if exists { fchmod(descriptor, status.st_mode & 0o777) }
        temporaryPath = temporary
        _ = OutputFile.unfinished.withLock { $0.insert(temporary) }
    }

    deinit {
        if owned { close(descriptor) }
        abandon()
    }

    /// Whether the place can be returned to, so that a header can be put right.
    var isSeekable: Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && fcntl(descriptor, F_GETFL) & O_APPEND == 0
    }

    /// All of `bytes`, however many writes that takes.
    func write(_ bytes: Span<UInt8>) throws(AudioFileError) {
        var code: Int32 = 0
        unsafe bytes.withUnsafeBufferPointer { source in
            var done = 0
            while done < source.count && code == 0 {
                let count = unsafe Glibc.write(descriptor, source.baseAddress! + done, source.count - done)
                if count >= 0 { done += count } else { code = waited(after: errno) }
            }
        }
        if code != 0 { throw failure(code) }
    }

    /// Bytes put in place of others, `offset` from the first that was written.
    func overwrite(_ bytes: [UInt8], at offset: Int) throws(AudioFileError) {
        let place = off_t(start + offset)
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress!, $0.count, place) }
        if count != bytes.count { throw failure(count < 0 ? errno : EIO) }
    }

    /// The file under its own name.
    func commit() throws(AudioFileError) {
        guard let temporary = temporaryPath else { return }
        if unsafe rename(temporary, place) != 0 { throw .cannotCreate(path: name, reason: systemText(errno)) }
        temporaryPath = nil
        _ = OutputFile.unfinished.withLock { $0.remove(temporary) }
    }

    /// The place as it was before.
    private func abandon() {
        guard let temporary = temporaryPath else { return }
        _ = unsafe unlink(temporary)
        _ = OutputFile.unfinished.withLock { $0.remove(temporary) }
    }

    private func failure(_ code: Int32) -> AudioFileError {
        code == EPIPE ? .outputClosed(path: name) : .writeFailed(path: name, reason: systemText(code))
    }

    /// 0 once another write is worth while, else the error.
    private func waited(after code: Int32) -> Int32 {
        if code == EINTR { return 0 }
        guard code == EAGAIN else { return code }
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
        return 0
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func temporaryName(beside place: String) -> String {
        let slash = place.lastIndex(of: "/").map { place.index(after: $0) } ?? place.startIndex
        let mark = String(UInt32.random(in: 0...UInt32.max), radix: 36)
        return "\(place[..<slash]).\(place[slash...].prefix(200)).\(getpid())-\(mark).part"
    }

    /// Removes every output that is not whole; for the moment before a process ends without unwinding.
    static func removeUnfinished() {
        let paths = unfinished.withLock { $0 }
        for path in paths { _ = unsafe unlink(path) }
    }
}

/// Removes every output that is not whole; for the moment before a process ends without unwinding.
public func removeUnfinishedOutputs() { OutputFile.removeUnfinished() }
