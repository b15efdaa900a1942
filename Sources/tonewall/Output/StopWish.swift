import Glibc
import Synchronization

/// The wish to stop, for a command whose work is done by a pool of threads.
///
/// The main thread of an asynchronous command waits with every signal open, so that a signal can only be caught by a
/// handler: the first INT or TERM is a wish, the second ends the process with 130 or 143.
enum StopWish {
    private static let signals = Atomic<Int>(0)

    /// Takes signals from here on.
    static func listen() {
        _ = signals.load(ordering: .relaxed)
        for caught in [SIGINT, SIGTERM] {
            _ = signal(caught) { number in
                if StopWish.signals.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
            }
        }
    }

    /// Whether a first signal has come, here or to ``Interruption``.
    static var hasCome: Bool { signals.load(ordering: .relaxed) > 0 || Interruption.hasCome }
}
