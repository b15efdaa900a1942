internal import Glibc

/// Writes all of `bytes` to a descriptor, and waits if necessary. Returns the system's error if it fails.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    unsafe bytes.withUnsafeBytes { raw -> Int32? in
        var written = 0
        while written < raw.count {
            let count = unsafe write(descriptor, raw.baseAddress! + written, raw.count - written)
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&room, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
