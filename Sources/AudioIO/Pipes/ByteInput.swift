internal import AtomicFiles
import Glibc

/// A file descriptor that is read in order, in pieces of any size.
///
/// It handles short reads and interruptions. If a stop descriptor is given, the input ends when that becomes readable.
/// So a signal can end a stream between two blocks without losing either.
/// input ends as soon as that one is readable: a signal can so end a stream between two blocks without losing either.
final class ByteInput {
    let name: String
    let descriptor: Int32
    private let stop: Int32?
    private let owned: Bool
    /// Whether the input has positions that can be read again, and a known end.
    let isRegularFile: Bool
    /// Bytes that were looked at but not consumed.
    private var held: ArraySlice<UInt8> = []
    /// Whether the order to stop ended the input.
    private(set) var wasStopped = false

    /// Standard input, which users call `-`.
    init(standardInputStoppedBy stop: Int32?) {
        name = "-"
        descriptor = STDIN_FILENO
        self.stop = stop
        owned = false
        isRegularFile = fileStatus(STDIN_FILENO).st_mode & S_IFMT == S_IFREG
    }

    /// Opens the file at `path`, which must not be a folder or empty.
    ///
    /// Opening never waits. If a named pipe has no writer yet, reading waits, and `stop` ends the wait.
    init(path: String, stoppedBy stop: () -> Int32?) throws(AudioFileError) {
        name = path
        owned = true
        descriptor = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        if descriptor < 0 {
            let code = errno
            throw code == ENOENT || code == ENOTDIR
                ? .notFound(path: path) : .unreadable(path: path, reason: systemText(code))
        }
        let status = fileStatus(descriptor)
        isRegularFile = status.st_mode & S_IFMT == S_IFREG
        self.stop = isRegularFile ? nil : stop()
        if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
        if isRegularFile && status.st_size == 0 { throw .empty(path: path) }
    }

    deinit { if owned { close(descriptor) } }

    /// Size of the whole file in bytes.
    var size: Int { Int(fileStatus(descriptor).st_size) }

    /// Reads up to `count` bytes from `offset` on in a regular file. The position of sequential reads does not change.
    func bytes(at offset: Int, count: Int) throws(AudioFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var done = 0
        while done < bytes.count {
            let (from, descriptor) = (done, descriptor)
            let read = unsafe bytes.withUnsafeMutableBytes { raw in
                unsafe pread(descriptor, raw.baseAddress! + from, raw.count - from, off_t(offset + from))
            }
            if read < 0 && errno == EINTR { continue }
            if read < 0 { throw .readFailed(path: name, reason: systemText(errno)) }
            if read == 0 { break }
            done += read
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    /// The position in a regular file, shared with every process that has the descriptor.
    var position: Int { Int(lseek(descriptor, 0, SEEK_CUR)) }

    /// Moves to a position in a regular file.
    func seek(to offset: Int) {
        held = []
        _ = lseek(descriptor, off_t(offset), SEEK_SET)
    }

    /// Number of bytes from the position to the end; `nil` if it is known only at the end.
    var remaining: Int? {
        guard isRegularFile else { return nil }
        let position = lseek(descriptor, 0, SEEK_CUR)
        return position < 0 ? nil : max(0, size - position) + held.count
    }

    /// The permissions of the file behind the descriptor: the nine bits of `chmod`.
    var permissions: UInt32 { fileStatus(descriptor).st_mode & 0o777 }

    /// The identity of the file behind the descriptor: device and inode.
    var identity: FileIdentity { FileIdentity(fileStatus(descriptor)) }

    /// Reads up to `limit` bytes as soon as there are any, and appends them to `bytes`. Returns 0 at the end.
    func read(upTo limit: Int, appendingTo bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        guard limit > 0 else { return 0 }
        if !held.isEmpty {
            let taken = held.prefix(limit)
            bytes.append(contentsOf: taken)
            held = held.dropFirst(taken.count)
            return taken.count
        }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: limit))
        let count = try readOnce(into: &bytes, at: start, limit: limit)
        bytes.removeLast(limit - count)
        return count
    }

    /// Reads `count` bytes, or fewer at the end.
    func readFully(_ count: Int) throws(AudioFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if try read(upTo: count - bytes.count, appendingTo: &bytes) == 0 { break }
        }
        return bytes
    }

    /// Skips `count` bytes, or as many as there are.
    func skip(_ count: Int) throws(AudioFileError) {
        var (left, bytes): (Int, [UInt8]) = (count, [])
        while left > 0 {
            let taken = try read(upTo: min(left, 1 << 16), appendingTo: &bytes)
            if taken == 0 { return }
            left -= taken
            bytes.removeAll(keepingCapacity: true)
        }
    }

    /// The next `count` bytes without consuming them.
    func peek(_ count: Int) throws(AudioFileError) -> [UInt8] {
        let bytes = try readFully(count)
        held = bytes[...] + held
        return bytes
    }

    private func readOnce(into bytes: inout [UInt8], at start: Int, limit: Int) throws(AudioFileError) -> Int {
        while true {
            if !isRegularFile && !waitForInput() {
                wasStopped = true
                return 0
            }
            let descriptor = descriptor
            let count = unsafe bytes.withUnsafeMutableBytes { raw in
                unsafe Glibc.read(descriptor, raw.baseAddress! + start, limit)
            }
            if count >= 0 { return count }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN { continue }
            throw .readFailed(path: name, reason: systemText(code))
        }
    }

    /// Whether input came before the order to stop.
    private func waitForInput() -> Bool {
        var waits = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let stop { waits.append(pollfd(fd: stop, events: Int16(POLLIN), revents: 0)) }
        while unsafe poll(&waits, nfds_t(waits.count), -1) < 0 && errno == EINTR {}
        return waits.count == 1 || waits[1].revents == 0
    }
}

/// The system's status of an open file.
private func fileStatus(_ descriptor: Int32) -> stat {
    var status = stat()
    _ = unsafe fstat(descriptor, &status)
    return status
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
