internal import Synchronization

/// Those who wait to be served in groups by one server at a time.
final class WaitingLine<Waiter: Sendable>: Sendable {
    private struct State {
        var waiters: [Waiter] = []
        var isServed = false
    }

    private let state = Mutex(State())

    /// Lets `newcomers` wait; `true` where nobody serves the line, and the caller is to begin.
    func join(_ newcomers: [Waiter]) -> Bool {
        state.withLock { state in
            state.waiters += newcomers
            defer { state.isServed = true }
            return !state.isServed
        }
    }

    /// Everyone who waits; `nil` where nobody does, which ends the service.
    func next() -> [Waiter]? {
        state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.isServed = false
                return nil
            }
            defer { state.waiters = [] }
            return state.waiters
        }
    }
}
