internal import AtomicFiles
internal import Glibc
internal import Synchronization

/// Shows the progress of long work in one line, on a terminal only. The line is removed at the end.
package final class ProgressLine: Sendable {
    private struct State {
        /// Short work shows no progress.
        var next = ContinuousClock.now + .milliseconds(300)
        var isDirty = false
    }
    private let isShown = isatty(STDERR_FILENO) != 0
    private let state = Mutex(State())

    package init() {}

    /// Shows the result of `text`, ten times a second at most. Any thread may call it.
    package func show(_ text: () -> String) {
        guard isShown else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            guard now >= state.next else { return }
            state = State(next: now + .milliseconds(100), isDirty: true)
            put("\r\u{1B}[K" + text().quoted)
        }
    }

    /// Shows how many of `total` steps on `subject` are done. Does nothing without a total.
    package func show(_ subject: String, _ step: Int, of total: Int?) {
        guard let total, total > 0 else { return }
        show { "\(subject): \(100 * min(step, total) / total) %" }
    }

    /// Removes the line.
    package func clear() {
        state.withLock { state in
            if state.isDirty { put("\r\u{1B}[K") }
            state.isDirty = false
        }
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
