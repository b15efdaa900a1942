internal import Glibc

/// Standard input, output and error, which a shell may have closed (`<&-`).
package enum StandardDescriptors {
    /// Puts something in the place of each that is closed, before anything is opened that would take its number.
    ///
    /// It is open the wrong way round, so that its use fails as it would have failed.
    package static func occupy() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
