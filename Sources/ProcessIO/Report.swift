internal import AtomicFiles
package import Failures
internal import Glibc

/// Writes lines to standard error, and ends the process.
package enum Report {
    /// Prints the failure's line and ends the process with its status.
    package static func exit(_ failure: Failure) -> Never {
        print(failure)
        end(failure.status.rawValue)
    }

    /// Ends the process once queued output is written or its reader has stopped.
    package static func end(_ status: Int32) -> Never {
        OutputQueue.settle()
        Glibc.exit(status)
    }

    /// Prints the failure's line. The command continues, for example with the next file.
    package static func print(_ failure: Failure) { note(failure.line) }

    /// Writes a line to standard error. Characters that could control a terminal are replaced visibly.
    package static func note(_ line: String) {
        let bytes = Array((line.terminalText + "\n").utf8)
        if let queue = OutputQueue.queue(of: STDERR_FILENO) { return queue.put(bytes) }
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Writes a line about `file`, or about the run if that is `nil`.
    package static func note(file: String?, _ words: String) {
        note("tonewall: " + (file.map { "\($0.quoted): " } ?? "") + words)
    }

    /// Writes a message of long work: results to standard output at once, everything else to standard error.
    package static func tell(_ message: RunMessage) {
        switch message {
        case .result(let text): StandardOutput.write(text)
        case .note(let file, let words): note(file: file, words)
        case .failure(let failure): print(failure)
        }
    }

    /// Ends the process as by SIGPIPE, without a message. Every command in a pipe does so when its reader is gone.
    package static func endBecauseOutputClosed() -> Never {
        UnfinishedFiles.removeAll()
        _exit(128 + SIGPIPE)
    }
}
