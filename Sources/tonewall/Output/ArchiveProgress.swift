import ProcessIO
import Glibc
import Synchronization
import TextFormats

/// How far the work on many recordings has come: files, hours of audio, rate and time left, on a terminal only.
final class ArchiveProgress: Sendable {
    private struct State {
        var files = 0
        var bytes = 0
        var seconds = 0.0
        var next = ContinuousClock.now + .milliseconds(300)
        var isDirty = false
    }
    private let isShown = isatty(STDERR_FILENO) != 0
    private let files: Int
    private let bytes: Int
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(files: Int, bytes: Int) {
        self.files = files
        self.bytes = bytes
    }

    /// Seconds of audio heard, by whichever job.
    func heard(_ seconds: Double) {
        guard isShown else { return }
        state.withLock { state in
            state.seconds += seconds
            let now = ContinuousClock.now
            guard now >= state.next else { return }
            state.next = now + .milliseconds(200)
            state.isDirty = true
            Self.put("\r\u{1B}[K" + line(state, after: start.duration(to: now)))
        }
    }

    /// A recording of `bytes` is done.
    func finished(bytes: Int) {
        state.withLock {
            $0.files += 1
            $0.bytes += bytes
        }
    }

    /// The line gone.
    func clear() {
        state.withLock {
            if $0.isDirty { Self.put("\r\u{1B}[K") }
            $0.isDirty = false
        }
    }

    private func line(_ state: State, after time: Duration) -> String {
        let elapsed = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        let rate = elapsed > 0 ? state.seconds / elapsed : 0
        var text = "\(state.files) of \(files) files, \(fixed(state.seconds / 3600, decimals: 1)) h heard, "
        text += "\(Int(rate)) h an hour"
        if state.bytes > 0, bytes > 0 {
            let left = elapsed * Double(max(0, bytes - state.bytes)) / Double(state.bytes)
            text += left < 90 ? ", \(Int(left)) s left" : ", \(Int(left / 60)) min left"
        }
        return text
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
