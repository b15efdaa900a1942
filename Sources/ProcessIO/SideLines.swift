internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Lines for a program that listens beside the audio, each written as it comes.
///
/// A thread of their own writes them, so that a reader who is slow, absent or gone holds up nothing. What cannot be
/// written by then is given up: a full megabyte that nobody reads, and what is left a second after ``finish()``.
package final class SideLines: Sendable {
    /// How the writing ended.
    package enum Ending {
        case complete
        /// Lines that nobody read.
        case unread(Int)
        /// The system's error.
        case failed(Int32)
    }

    private struct State {
        var bytes: [UInt8] = []
        var lines = 0
        var lost = 0
        var isEnding = false
        var error: Int32?
    }

    private static let capacity = 1 << 20
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    /// Lines to what `target` opens, which may wait for a reader.
    ///
    /// - Parameter target: Gives a descriptor, or a negative number and `errno`.
    package init(to target: @escaping @Sendable () -> Int32) {
        Thread.detachNewThread { [self] in
            // A reader that is gone is an error of `write` and no signal, on this thread alone.
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe sigaddset(&signals, SIGPIPE)
            unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
            let descriptor = target()
            if descriptor < 0 { state.withLock { $0.error = errno } } else { write(to: descriptor) }
            done.signal()
        }
    }

    /// Adds a line; returns at once.
    package func append(_ line: String) {
        state.withLock { state in
            guard state.error == nil, state.bytes.count + line.utf8.count <= Self.capacity else {
                state.lost += 1
                return
            }
            state.bytes.append(contentsOf: line.utf8)
            state.lines += 1
        }
        wake.signal()
    }

    /// Waits until everything is written, at most a second.
    package func finish() -> Ending {
        state.withLock { $0.isEnding = true }
        wake.signal()
        _ = done.wait(timeout: .now() + 1)
        return state.withLock { state in
            if let error = state.error, error != EPIPE { return .failed(error) }
            let unread = state.lines + state.lost
            return unread == 0 ? .complete : .unread(unread)
        }
    }

    private func write(to descriptor: Int32) {
        while true {
            wake.wait()
            let (bytes, lines, isEnding) = state.withLock { state in
                let taken = (state.bytes, state.lines, state.isEnding)
                state.bytes = []
                return taken
            }
            if let error = writeAll(bytes, to: descriptor) {
                state.withLock { $0.error = error }
                return
            }
            state.withLock { $0.lines -= lines }
            if isEnding { return }
        }
    }
}
