internal import Synchronization

/// Those who wait to be served in groups by one server at a time.
final class BatchQueue<Waiter: Sendable>: Sendable {
    private struct State {
        var waiters: [Waiter] = []
        var isBeingServed = false
    }

    private let state = Mutex(State())

    /// Lets `added` wait; `true` where nobody serves the line, and the caller is to begin.
    func enqueue(_ added: [Waiter]) -> Bool {
        state.withLock { state in
            state.waiters += added
            defer { state.isBeingServed = true }
            return !state.isBeingServed
        }
    }

    /// Everyone who waits; `nil` where nobody does, which ends the service.
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
