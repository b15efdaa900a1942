internal import Synchronization
internal import TextFormats

/// Progress of the work on many recordings: files, hours of audio, rate and time left.
package final class ArchiveProgress: Sendable {
    private struct State {
        var files = 0
        var bytes = 0
        var seconds = 0.0
    }
    private let files: Int
    private let bytes: Int
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    package init(files: Int, bytes: Int) {
        self.files = files
        self.bytes = bytes
    }

    /// Notes that a job has decoded this many seconds of audio.
    package func heard(_ seconds: Double) { state.withLock { $0.seconds += seconds } }

    /// Notes that a recording of `bytes` is done.
    package func finished(bytes: Int) {
        state.withLock {
            $0.files += 1
            $0.bytes += bytes
        }
    }

    /// `3 of 9 files, 1.5 h heard, 700 h an hour, 40 s left`.
    package var words: String { words(after: start.duration(to: .now) / .seconds(1)) }

    /// - Parameter elapsed: Seconds since the run began.
    func words(after elapsed: Double) -> String {
        let state = state.withLock { $0 }
        let rate = elapsed > 0 ? state.seconds / elapsed : 0
        var text = "\(state.files) of \(files) files, \(fixed(state.seconds / 3600, decimals: 1)) h heard, "
        text += "\(Int(rate)) h an hour"
        if state.bytes > 0, bytes > 0 {
            let left = elapsed * Double(max(0, bytes - state.bytes)) / Double(state.bytes)
            text += left < 90 ? ", \(Int(left)) s left" : ", \(Int(left / 60)) min left"
        }
        return text
    }
}
