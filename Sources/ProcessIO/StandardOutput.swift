internal import AtomicFiles
internal import Failures
internal import Glibc

/// Standard output, written at once or collected until ``flush()``.
package struct StandardOutput {
    private var held: [UInt8] = []

    package init() {}

    /// Adds text for the next flush, as terminal text.
    package mutating func append(_ text: String) {
        held.append(contentsOf: text.terminalText.utf8)
        if held.count > 1 << 16 { flush() }
    }

    /// Writes the collected text.
    package mutating func flush() {
        StandardOutput.write(held)
        held.removeAll(keepingCapacity: true)
    }

    /// Writes text at once. Characters that could control a terminal are replaced visibly.
    ///
    /// - Parameters:
    ///   - canBeSpared: Whether it may be dropped if a call's reader has stopped.
    ///   - stands: What was done and remains done, for standard error if the text cannot be written.
    package static func write(_ text: String, canBeSpared: Bool = false, stands: String? = nil) {
        write(Array(text.terminalText.utf8), canBeSpared: canBeSpared, stands: stands)
    }

    /// Writes text that controls the terminal itself. Parts from outside must be ``Swift/String/quoted``.
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
