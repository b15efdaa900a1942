internal import Synchronization

/// A question that the gateway has been asked, waited for beside whatever else goes on.
package final class AwaitedAnswer: Sendable {
    private let heard = Atomic<Bool>(false)

    /// Begins to wait for what `session` asked; its answer is handed over at the time that it then is.
    package init(of session: CallSession, at time: @escaping @Sendable () -> Duration) {
        Task { [self] in
            await session.hearAnswer(at: time)
            heard.store(true, ordering: .releasing)
        }
    }

    /// Whether the session has the answer.
    package var isHeard: Bool { heard.load(ordering: .acquiring) }
}
