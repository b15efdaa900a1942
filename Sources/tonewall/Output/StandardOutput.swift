import AtomicFiles
import Failures
import Glibc
import ProcessIO

/// Standard output, written at once or gathered until ``flush()``.
struct StandardOutput {
    private var held: [UInt8] = []

    /// Adds to what the next flush writes, as terminal text.
    mutating func append(_ text: String) {
        held.append(contentsOf: text.terminalText.utf8)
        if held.count > 1 << 16 { flush() }
    }

    /// Everything gathered, written.
    mutating func flush() {
        StandardOutput.write(held)
        held.removeAll(keepingCapacity: true)
    }

    /// Writes text at once; characters that could steer a terminal are shown instead.
    ///
    /// - Parameters:
    ///   - canBeSpared: Whether it may be left out where a call's reader stands still.
    ///   - stands: What was done and stays done, said on standard error where it cannot be written.
    static func write(_ text: String, canBeSpared: Bool = false, stands: String? = nil) {
        write(Array(text.terminalText.utf8), canBeSpared: canBeSpared, stands: stands)
    }

    /// Writes text that steers the terminal itself; what in it comes from outside has to be ``Swift/String/quoted``.
    static func draw(_ text: String) { write(Array(text.utf8)) }

    private static func write(_ bytes: [UInt8], canBeSpared: Bool = false, stands: String? = nil) {
        if let queue = OutputQueue.queue(of: STDOUT_FILENO) { return queue.put(bytes, canBeSpared: canBeSpared) }
        unsafe bytes.withUnsafeBytes { raw in
            var done = 0
            while done < raw.count {
                let count = unsafe Glibc.write(STDOUT_FILENO, raw.baseAddress! + done, raw.count - done)
                if count >= 0 {
                    done += count
                } else if errno == EPIPE, stands == nil {
                    Report.endBecauseOutputClosed()
                } else if errno == EAGAIN {
                    var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&room, 1, -1)
                } else if errno != EINTR {
                    var failure = Failure.unwritten("standard output", unsafe String(cString: strerror(errno)))
                    if let stands { failure.advice = stands }
                    Report.exit(failure)
                }
            }
        }
    }
}
