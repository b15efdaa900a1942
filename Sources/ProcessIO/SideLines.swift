internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Lines for a program beside the audio, each written as it comes.
///
/// A separate thread writes them, so that a slow, absent or lost reader delays nothing. Lines are given up when a
/// megabyte waits, and one second after ``finish()``.
package final class SideLines: Sendable {
    /// How writing ended.
    package enum Ending {
        case complete
        /// This number of lines was not read.
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

    /// Lines to the descriptor from `target`, which may wait for a reader.
    ///
    /// - Parameter target: Returns a descriptor, or a negative number with `errno`.
    package init(to target: @escaping @Sendable () -> Int32) {
        Thread.detachNewThread { [self] in
            // On this thread, a lost reader is an error of `write` instead of a signal.
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe sigaddset(&signals, SIGPIPE)
            unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
            let descriptor = target()
            if descriptor < 0 { state.withLock { $0.error = errno } } else { write(to: descriptor) }
            done.signal()
        }
    }

    /// Adds a line and returns at once.
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
