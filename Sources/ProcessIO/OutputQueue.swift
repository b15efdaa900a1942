internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Standard output or standard error behind a thread of its own, so that whoever writes never waits for the reader.
///
/// A call needs that: a reader that stands still must not hold it up, and one that has gone must not end it.
package final class OutputQueue: Sendable {
    /// Standard output and standard error of a call; used after ``start()``.
    package static let output = OutputQueue(STDOUT_FILENO)
    package static let errors = OutputQueue(STDERR_FILENO)

    private static let isStarted = Atomic<Bool>(false)

    /// Bytes that may wait before what can be spared is passed over, and before anything is.
    private static let (spareLimit, limit) = (1 << 18, 1 << 24)

    private struct State {
        var waiting: [UInt8] = []
        /// Whether the thread is writing bytes that it took out.
        var isWriting = false
        /// The error number that ended writing.
        var fault: Int32?
    }
    private let state = Mutex(State())
    package let descriptor: Int32
    /// What the thread sleeps on.
    private let bell = DispatchSemaphore(value: 0)

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// From now on both outputs are queued, and a reader that goes away ends nothing (`SIGPIPE` is ignored).
    package static func start() {
        _ = signal(SIGPIPE, SIG_IGN)
        guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for queue in [output, errors] { Thread.detachNewThread { queue.run() } }
    }

    /// The queue of a descriptor, where outputs are queued.
    package static func queue(of descriptor: Int32) -> OutputQueue? {
        guard isStarted.load(ordering: .acquiring) else { return nil }
        return descriptor == STDOUT_FILENO ? output : errors
    }

    /// Waits until everything is written; one second for each output at most, since a reader may stand still.
    package static func settle() {
        guard isStarted.load(ordering: .acquiring) else { return }
        _ = output.flush(within: .seconds(1))
        _ = errors.flush(within: .seconds(1))
    }

    /// Why nothing is written any more, as an error number; `nil` while all is well.
    package var fault: Int32? { state.withLock { $0.fault } }

    /// Whether whoever read this has gone, or nothing can be written any more; known without writing if it is a pipe
    /// or a socket.
    package var isReaderGone: Bool {
        if fault != nil { return true }
        var end = pollfd(fd: descriptor, events: 0, revents: 0)
        return unsafe poll(&end, 1, 0) > 0 && end.revents & Int16(POLLERR | POLLNVAL) != 0
    }

    /// Whether something waits for the reader.
    package var isBehind: Bool { state.withLock { !$0.waiting.isEmpty || $0.isWriting } }

    /// Takes bytes to be written; those that can be spared are dropped where much waits already.
    package func put(_ bytes: [UInt8], canBeSpared: Bool = false) {
        state.withLock { state in
            let room = (canBeSpared ? Self.spareLimit : Self.limit) - state.waiting.count
            guard state.fault == nil, bytes.count <= room else { return }
            state.waiting += bytes
        }
        bell.signal()
    }

    /// Whether everything is written, waited for `limit` at most.
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
