internal import Synchronization

/// Collects waiters for one server, which takes all of them at once.
final class BatchQueue<Waiter: Sendable>: Sendable {
    private struct State {
        var waiters: [Waiter] = []
        var isBeingServed = false
    }

    private let state = Mutex(State())

    /// Adds waiters; `true` if the queue is not being served, so that the caller must begin.
    func enqueue(_ added: [Waiter]) -> Bool {
        state.withLock { state in
            state.waiters += added
            defer { state.isBeingServed = true }
            return !state.isBeingServed
        }
    }

    /// All waiters; `nil` if there are none, which ends the service.
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
