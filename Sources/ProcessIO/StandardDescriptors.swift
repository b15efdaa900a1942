internal import Glibc

/// Standard input, output and error, which a shell may have closed (`<&-`).
package enum StandardDescriptors {
    /// Replaces each closed one, before another file takes its number.
    ///
    /// The replacement is open in the wrong direction, so that its use fails as before.
    package static func occupy() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
