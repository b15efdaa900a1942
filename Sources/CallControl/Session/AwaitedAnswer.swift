internal import Synchronization

/// Waits for the answer to a request to the gateway, beside other work.
package final class AwaitedAnswer: Sendable {
    private let heard = Atomic<Bool>(false)

    /// Begins to wait for the answer to the request of `session`. The answer is handed over at the time when it
    /// arrives.
    package init(of session: CallSession, at time: @escaping @Sendable () -> Duration) {
        Task { [self] in
            await session.hearAnswer(at: time)
            heard.store(true, ordering: .releasing)
        }
    }

    /// Whether the session has received the answer.
    package var isHeard: Bool { heard.load(ordering: .acquiring) }
}
