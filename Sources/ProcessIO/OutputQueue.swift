internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Standard output or standard error with a thread of its own, so that a writer never waits for the reader.
///
/// A call needs this. A reader that stops reading must not delay it, and a reader that is gone must not end it.
package final class OutputQueue: Sendable {
    /// Standard output and standard error of a call; used after ``start()``.
    package static let output = OutputQueue(STDOUT_FILENO)
    package static let errors = OutputQueue(STDERR_FILENO)

    private static let isStarted = Atomic<Bool>(false)

    /// Number of waiting bytes from which on dispensable output is dropped, and from which on all output is.
    private static let (spareLimit, limit) = (1 << 18, 1 << 24)

    private struct State {
        var waiting: [UInt8] = []
        /// Whether the thread is writing bytes from the queue.
        var isWriting = false
        /// The error number that ended writing.
        var fault: Int32?
    }
    private let state = Mutex(State())
    package let descriptor: Int32
    /// What the thread sleeps on.
    private let bell = DispatchSemaphore(value: 0)

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// From now on both outputs are queued, and a reader that goes away does not end the process (`SIGPIPE` is
    /// ignored).
    package static func start() {
        _ = signal(SIGPIPE, SIG_IGN)
        guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for queue in [output, errors] { Thread.detachNewThread { queue.run() } }
    }

    /// The queue of a descriptor; `nil` if outputs are not queued.
    package static func queue(of descriptor: Int32) -> OutputQueue? {
        guard isStarted.load(ordering: .acquiring) else { return nil }
        return descriptor == STDOUT_FILENO ? output : errors
    }

    /// Waits until everything is written, one second for each output at most, because a reader may have stopped.
    package static func settle() {
        guard isStarted.load(ordering: .acquiring) else { return }
        _ = output.flush(within: .seconds(1))
        _ = errors.flush(within: .seconds(1))
    }

    /// The error number that ended writing; `nil` if there was none.
    package var fault: Int32? { state.withLock { $0.fault } }

    /// Whether the reader is gone, or writing has failed. For a pipe or a socket this is known without writing.
    package var isReaderGone: Bool {
        if fault != nil { return true }
        var end = pollfd(fd: descriptor, events: 0, revents: 0)
        return unsafe poll(&end, 1, 0) > 0 && end.revents & Int16(POLLERR | POLLNVAL) != 0
    }

    /// Whether bytes wait for the reader.
    package var isBehind: Bool { state.withLock { !$0.waiting.isEmpty || $0.isWriting } }

    /// Appends bytes to the queue. Dispensable bytes are dropped if much is waiting.
    package func put(_ bytes: [UInt8], canBeSpared: Bool = false) {
        state.withLock { state in
            let room = (canBeSpared ? Self.spareLimit : Self.limit) - state.waiting.count
            guard state.fault == nil, bytes.count <= room else { return }
            state.waiting += bytes
        }
        bell.signal()
    }

    /// Waits until everything is written, for `limit` at most. Returns whether it is.
    package func flush(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        while isBehind {
            if fault != nil { return true }
            if ContinuousClock.now >= end { return false }
            usleep(1_000)
        }
        return true
    }

    private func run() {
        while true {
            bell.wait()
            while let bytes = next() { write(bytes) }
        }
    }

    private func next() -> [UInt8]? {
        state.withLock { state in
            state.isWriting = !state.waiting.isEmpty && state.fault == nil
            guard state.isWriting else { return nil }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard let code = writeAll(bytes, to: descriptor) else { return }
        state.withLock { state in
            state.fault = code
            state.waiting = []
        }
    }
}
