import AtomicFiles
import Glibc

/// How far long work has come: one line, on a terminal only, gone at the end.
struct Progress {
    private let isShown = isatty(STDERR_FILENO) != 0
    private let subject: String
    private let total: Int?
    private var next = ContinuousClock.now + .milliseconds(300)
    private var isDirty = false

    /// Progress on `subject` of `total` steps; without a total nothing is shown.
    init(_ subject: String, total: Int?) {
        self.subject = subject
        self.total = total
    }

    mutating func advance(to step: Int) {
        guard isShown, let total, total > 0 else { return }
        let now = ContinuousClock.now
        guard now >= next else { return }
        next = now + .milliseconds(100)
        isDirty = true
        put("\r\(subject.quoted): \(100 * min(step, total) / total) %")
    }

    /// The line gone.
    mutating func finish() {
        guard isDirty else { return }
        isDirty = false
        put("\r\u{1B}[K")
    }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
