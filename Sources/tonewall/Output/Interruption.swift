import AudioIO
import Glibc

/// The wish to stop, from INT or TERM.
///
/// The first signal makes ``descriptor`` readable, which ends an input between two blocks, so that what is held can be
/// written and the header finished. The second ends the process at once, with 130 or 143 and no unfinished file left.
enum Interruption {
    /// Becomes readable at the first signal. Signals are taken from the first use on.
    static let descriptor = watch()

    /// Whether the first signal has come.
    static var hasCome: Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wait, 1, 0) > 0
    }

    private static func watch() -> Int32 {
        var ends: [Int32] = [0, 0]
        _ = unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        var thread = pthread_t()
        _ = unsafe pthread_create(
            &thread, nil, { unsafe Interruption.await($0) }, UnsafeMutableRawPointer(bitPattern: Int(ends[1])))
        return ends[0]
    }

    private static func await(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe sigaddset(&signals, SIGTERM)
        var signal: Int32 = 0
        _ = unsafe sigwait(&signals, &signal)
        // Closing the writing end makes the reading end readable, for ever.
        close(Int32(Int(bitPattern: argument)))
        _ = unsafe sigwait(&signals, &signal)
        removeUnfinishedOutputs()
        _exit(128 + signal)
    }
}
