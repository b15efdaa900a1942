internal import AtomicFiles
internal import AudioIO
internal import Glibc
internal import Secrets
internal import TextFormats

/// The SHA-256 of a file (FIPS 180-4).
package enum FileDigest {
    /// The digest of the file at `path` in 64 lower-case hexadecimal digits.
    ///
    /// - Parameter shouldContinue: Called after each block. If it returns `false`, the result is `nil`.
    package static func sha256(of path: String, shouldContinue: () -> Bool) throws(RecordingFailure) -> String? {
        // A pipe may have replaced the file. Neither opening nor reading may wait for it.
        let descriptor = unsafe open(path.systemName, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .digest(reason: unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // A device may never end.
        guard SpecialFile(descriptor) != .device else { throw .digest(reason: "it is a device") }
        var hash = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = unsafe read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .digest(reason: unsafe String(cString: strerror(errno))) }
            if count == 0 { break }
            hash.add(block, count: count)
            if !shouldContinue() { return nil }
        }
        return Hex.text(hash.digest())
    }

    /// The digest of the file at `path` in 64 lower-case hexadecimal digits.
    package static func sha256(of path: String) throws(RecordingFailure) -> String {
        try sha256(of: path, shouldContinue: { true }) ?? ""
    }
}
