internal import Glibc

/// A file that grows line by line and is locked for one process while it is open.
///
/// Only its owner has access. A link is not followed, and only a regular file is accepted.
package final class AppendOnlyFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private static let attempts = 25
    /// Whether it was empty or newly created.
    package let isNew: Bool
    /// Whether it belongs to this user and other users cannot write it.
    package let isPrivate: Bool

    /// The file at `path`, created if it is missing. Throws with `EWOULDBLOCK` if another process has it open.
    package init(_ path: String) throws(AtomicFileError) {
        self.path = path
        let flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        descriptor = unsafe open(path.systemName, flags, 0o600)
        if descriptor < 0 { throw AtomicFileError(path: path, code: errno, step: .creating) }
        var status = stat()
        var code: Int32 = 0
        if unsafe fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG { code = EINVAL }
        // A child that another thread forked holds this lock until its program begins.
        for attempt in 1...Self.attempts where code == 0 || code == EWOULDBLOCK {
            code = flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
            if code == 0 { break }
            if attempt < Self.attempts { usleep(20_000) }
        }
        isNew = status.st_size == 0
        isPrivate = status.st_uid == geteuid() && status.st_mode & (S_IWGRP | S_IWOTH) == 0
        if code != 0 {
            close(descriptor)
            throw AtomicFileError(path: path, code: code, step: .creating)
        }
    }

    deinit { close(descriptor) }

    /// The content if it has at most `limit` bytes; `nil` if it has more.
    package func contents(limit: Int) throws(AtomicFileError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe pread(descriptor, &block, block.count, off_t(bytes.count))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw AtomicFileError(path: path, code: errno, step: .creating) }
            if count == 0 { return bytes }
            bytes += block.prefix(count)
            if bytes.count > limit { return nil }
        }
    }

    /// Removes the content.
    package func clear() throws(AtomicFileError) {
        if ftruncate(descriptor, 0) != 0 { throw AtomicFileError(path: path, code: errno, step: .writing) }
    }

    /// Appends `bytes`.
    package func append(_ bytes: [UInt8]) throws(AtomicFileError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw AtomicFileError(path: path, code: errno, step: .writing) }
            done += count
        }
    }
}
