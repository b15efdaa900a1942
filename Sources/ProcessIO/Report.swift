internal import AtomicFiles
package import Failures
internal import Glibc

/// Lines on standard error, and the ends of a process that reports there.
package enum Report {
    /// Prints the failure's line and ends the process with its status.
    package static func exit(_ failure: Failure) -> Never {
        print(failure)
        end(failure.status.rawValue)
    }

    /// Ends the process once what is queued is written, or its reader stands still.
    package static func end(_ status: Int32) -> Never {
        OutputQueue.settle()
        Glibc.exit(status)
    }

    /// Prints the failure's line; the command goes on, as with the next file.
    package static func print(_ failure: Failure) { note(failure.line) }

    /// A line on standard error; characters that could steer a terminal are shown instead.
    package static func note(_ line: String) {
        let bytes = Array((line.terminalText + "\n").utf8)
        if let queue = OutputQueue.queue(of: STDERR_FILENO) { return queue.put(bytes) }
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// A line about `file`, or about the run where that is `nil`.
    package static func note(file: String?, _ words: String) {
        note("tonewall: " + (file.map { "\($0.quoted): " } ?? "") + words)
    }

    /// Writes what long work says: results on standard output at once, all else on standard error.
    package static func tell(_ message: RunMessage) {
        switch message {
        case .result(let text): StandardOutput.write(text)
        case .note(let file, let words): note(file: file, words)
        case .failure(let failure): print(failure)
        }
    }

    /// What every command in a pipe does when its reader is gone: end as by SIGPIPE, without a word.
    package static func endBecauseOutputClosed() -> Never {
        UnfinishedFiles.removeAll()
        _exit(128 + SIGPIPE)
    }
}
