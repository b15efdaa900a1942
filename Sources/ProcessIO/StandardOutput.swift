internal import AtomicFiles
internal import Failures
internal import Glibc

/// Standard output, written at once or gathered until ``flush()``.
package struct StandardOutput {
    private var held: [UInt8] = []

    package init() {}

    /// Adds to what the next flush writes, as terminal text.
    package mutating func append(_ text: String) {
        held.append(contentsOf: text.terminalText.utf8)
        if held.count > 1 << 16 { flush() }
    }

    /// Everything gathered, written.
    package mutating func flush() {
        StandardOutput.write(held)
        held.removeAll(keepingCapacity: true)
    }

    /// Writes text at once; characters that could steer a terminal are shown instead.
    ///
    /// - Parameters:
    ///   - canBeSpared: Whether it may be left out where a call's reader stands still.
    ///   - stands: What was done and stays done, said on standard error where it cannot be written.
    package static func write(_ text: String, canBeSpared: Bool = false, stands: String? = nil) {
        write(Array(text.terminalText.utf8), canBeSpared: canBeSpared, stands: stands)
    }

    /// Writes text that steers the terminal itself; what in it comes from outside has to be ``Swift/String/quoted``.
    package static func draw(_ text: String) { write(Array(text.utf8)) }

    private static func write(_ bytes: [UInt8], canBeSpared: Bool = false, stands: String? = nil) {
        if let queue = OutputQueue.queue(of: STDOUT_FILENO) { return queue.put(bytes, canBeSpared: canBeSpared) }
        guard let error = writeAll(bytes, to: STDOUT_FILENO) else { return }
        if error == EPIPE, stands == nil { Report.endBecauseOutputClosed() }
        var failure = Failure.unwritten("standard output", unsafe String(cString: strerror(error)))
        if let stands { failure.advice = stands }
        Report.exit(failure)
    }
}
