import AtomicFiles
import AudioIO
import Glibc

/// Files of settings and keys, read whole.
enum SmallFile {
    /// The text of the file at `path`.
    ///
    /// - Throws: ``Failure`` where it cannot be opened, or holds more than `limit` bytes, which no such file does.
    static func text(of path: String, limit: Int = 1 << 16) throws -> String {
        let file = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT
                ? AudioFileError.notFound(path: path)
                : AudioFileError.unreadable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        guard count >= 0 else {
            throw errno == EISDIR
                ? AudioFileError.isDirectory(path: path)
                : AudioFileError.readFailed(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        guard count <= limit else {
            throw Failure(.dataError, file: path, "is longer than \(limit) bytes", advice: "check its name")
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
