internal import AudioIO
internal import Glibc

/// One file of a report.
enum ReportFile {
    /// Puts `bytes` under `path`, whole or not at all; a link of that name is replaced, not followed.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(ReportError) {
        let part = PathBytes.join(PathBytes.folder(of: path), ".\(getpid())-\(UInt64.random(in: 0 ... .max)).part")
        func fail() -> ReportError {
            let reason = unsafe String(cString: strerror(errno))
            _ = unsafe unlink(part.systemName)
            return .cannotWrite(path: path, reason: reason)
        }
        let descriptor = unsafe open(part.systemName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw fail() }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { break }
            done += count
        }
        let isClosed = close(descriptor) == 0
        guard done == bytes.count, isClosed, unsafe rename(part.systemName, path.systemName) == 0 else { throw fail() }
    }
}
