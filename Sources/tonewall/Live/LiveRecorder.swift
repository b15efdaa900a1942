import AudioIO
import CallControl
import Pipeline
import Synchronization

/// The recording of a live call: a file that is right up to the last second whenever the process ends.
final class LiveRecorder: Sendable {
    /// The recording's file.
    let path: String
    private let state: State
    private let work: Task<Void, Never>

    /// A recording at `path` of what `call` gives, begun.
    static func start(_ path: String, of call: LiveCall) throws(AudioFileError) -> LiveRecorder {
        let format = AudioFormat(sampleRate: call.sound.sampleRate, channels: 2, encoding: call.sound.encoding)
        let writer = try AudioWriter(path, format: format, container: .wav, grows: true)
        try writer.refreshHeader()
        return LiveRecorder(Held(writer: writer), call, rate: format.sampleRate)
    }

    /// The writer on its way into the one task that uses it.
    private struct Held: @unchecked Sendable {
        let writer: AudioWriter
    }

    private init(_ held: Held, _ call: LiveCall, rate: Int) {
        let state = State()
        path = held.writer.name
        self.state = state
        work = Task.detached {
            var samples: [Float] = []
            var nextRefresh = ContinuousClock.now + .seconds(1)
            do throws(AudioFileError) {
                while true {
                    // Read before the samples, so that what came before the end is not left behind.
                    let isEnding = state.isEnding.load(ordering: .acquiring)
                    call.takeRecording(&samples)
                    if samples.isEmpty && isEnding { break }
                    if samples.isEmpty { try? await Task.sleep(for: .milliseconds(20)) }
                    try held.writer.write(samples.span)
                    state.frames.add(samples.count / 2, ordering: .relaxed)
                    if ContinuousClock.now >= nextRefresh {
                        try held.writer.refreshHeader()
                        nextRefresh = .now + .seconds(1)
                    }
                }
                try held.writer.finish()
            } catch {
                state.failure.withLock { $0 = error }
            }
        }
    }

    /// What the task and its owner share.
    private final class State: Sendable {
        let failure = Mutex<AudioFileError?>(nil)
        let isEnding = Atomic<Bool>(false)
        let frames = Atomic<Int>(0)
    }

    /// Why nothing is recorded any more; `nil` while all is well.
    var failure: AudioFileError? { state.failure.withLock { $0 } }

    /// Frames written so far.
    var frameCount: Int { state.frames.load(ordering: .relaxed) }

    /// Writes what is left once the call is over, and finishes the header.
    func finish() async {
        state.isEnding.store(true, ordering: .releasing)
        await work.value
    }
}
