internal import AtomicFiles
import Glibc

/// A file descriptor read in order, in pieces of any size.
///
/// Short reads and interruptions are the descriptor's business, not the reader's. Where a stop descriptor is given, the
/// input ends as soon as that one is readable: a signal can so end a stream between two blocks without losing either.
final class ByteInput {
    let name: String
    private let descriptor: Int32
    private let stop: Int32?
    private let owned: Bool
    /// Whether every read waits for input first: what is no file may have none yet.
    private let waits: Bool
    /// Bytes that were looked at and not taken.
    private var held: ArraySlice<UInt8> = []
    /// Whether the order to stop ended the input.
    private(set) var wasStopped = false

    /// Standard input, called `-` by its users.
    init(standardInputStoppedBy stop: Int32?) {
        name = "-"
        descriptor = STDIN_FILENO
        self.stop = stop
        owned = false
        waits = stop != nil
    }

    /// The file at `path`, which is no folder and not empty; a pipe or a device is waited for until `stop` is readable.
    init(path: String, stop: Int32? = nil) throws(AudioFileError) {
        name = path
        owned = true
        // A pipe that nobody writes to yet must not hold up the opening, which no signal could end.
        descriptor = unsafe open(path.systemName, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        let isRegular = unsafe descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        self.stop = isRegular ? nil : stop
        waits = !isRegular
        if descriptor < 0 {
            let code = errno
            throw code == ENOENT || code == ENOTDIR
                ? .notFound(path: path) : .unreadable(path: path, reason: systemText(code))
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
        if isRegularFile && status.st_size == 0 { throw .empty(path: path) }
    }

    deinit { if owned { close(descriptor) } }

    private var status: stat {
        var status = stat()
        _ = unsafe fstat(descriptor, &status)
        return status
    }

    var isRegularFile: Bool { status.st_mode & S_IFMT == S_IFREG }

    /// Bytes from the current place to the end; `nil` where only reading tells.
    var remaining: Int? {
        guard isRegularFile else { return nil }
        let position = lseek(descriptor, 0, SEEK_CUR)
        return position < 0 ? nil : max(0, Int(status.st_size) - position) + held.count
    }

    /// Who may read and write the file behind the descriptor: the nine bits of `chmod`.
    var permissions: UInt32 { status.st_mode & 0o777 }

    /// What identifies the file behind the descriptor: device and inode.
    var identity: FileIdentity { FileIdentity(status) }

    /// Up to `limit` bytes, appended to `bytes`, as soon as any are there; 0 at the end.
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

    /// `count` bytes, or fewer at the end.
    func readFully(_ count: Int) throws(AudioFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            if try read(upTo: count - bytes.count, appendingTo: &bytes) == 0 { break }
        }
        return bytes
    }

    /// The next `count` bytes without taking them.
    func peek(_ count: Int) throws(AudioFileError) -> [UInt8] {
        let bytes = try readFully(count)
        held = bytes[...] + held
        return bytes
    }

    private func readOnce(into bytes: inout [UInt8], at start: Int, limit: Int) throws(AudioFileError) -> Int {
        while true {
            if waits, !waitForInput() {
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
            if code == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&wait, 1, -1)
                continue
            }
            throw .readFailed(path: name, reason: systemText(code))
        }
    }

    /// Whether input came before the order to stop.
    private func waitForInput() -> Bool {
        // Without an order to stop the second is none, which `poll` passes over.
        var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stop ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while unsafe poll(&waits, 2, -1) < 0 && errno == EINTR {}
        return waits[1].revents == 0
    }
}

/// Device and inode: two paths that share them are one file.
struct FileIdentity: Hashable {
    let device: UInt
    let inode: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// The identity of what `path` leads to, links followed; `nil` where nothing is.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path.systemName, &status) == 0 else { return nil }
        self.init(status)
    }
}

/// The system's words for an error number.
func systemText(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
