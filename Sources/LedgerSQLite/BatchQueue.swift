internal import Synchronization

/// Collects waiters for one server, which takes all of them together.
final class BatchQueue<Waiter: Sendable>: Sendable {
    private struct State {
        var waiters: [Waiter] = []
        var isBeingServed = false
    }

    private let state = Mutex(State())

    /// Adds waiters. Returns `true` if the queue is idle, so that the caller must start the service.
    func enqueue(_ added: [Waiter]) -> Bool {
        state.withLock { state in
            state.waiters += added
            defer { state.isBeingServed = true }
            return !state.isBeingServed
        }
    }

    /// Takes all waiters; `nil` if there are none, which ends the service.
    func takeBatch() -> [Waiter]? {
        state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.isBeingServed = false
                return nil
            }
            defer { state.waiters = [] }
            return state.waiters
        }
    }
}
