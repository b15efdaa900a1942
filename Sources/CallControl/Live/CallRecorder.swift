package import AudioIO
package import Codecs
package import Failures
internal import Foundation
package import MediaCore
internal import Synchronization

/// The recording of a live call. The file is complete up to the last second even if the process is killed.
///
/// It is written on a thread of its own, so that a disk or a pipe that blocks affects nothing else.
package final class CallRecorder: CallRecording {
    /// The path of the recording's file.
    package let path: String
    private let state = State()

    /// Starts a recording of `call` at `path`.
    ///
    /// - Parameter allowsSpecial: Whether `path` may be a pipe or a device.
    package static func start(
        _ path: String, of call: LiveCall, encoding: SampleEncoding, allowsSpecial: Bool = false
    ) throws(AudioFileError) -> CallRecorder {
        let format = AudioFormat(sampleRate: call.format.sampleRate, channels: 2, encoding: encoding)
        let writer = try AudioWriter(growing: path, format: format, allowsSpecial: allowsSpecial)
        try writer.refreshHeader()
        let recorder = CallRecorder(path: path)
        let work = Work(writer: writer, call: call, state: recorder.state)
        Thread.detachNewThread { work.run() }
        return recorder
    }

    private init(path: String) { self.path = path }

    /// The state shared by the thread and its owner.
    private final class State: Sendable {
        let failure = Mutex<AudioFileError?>(nil)
        let isEnding = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)
        let frames = Atomic<Int>(0)
    }

    /// Moves the writer to the only thread that uses it.
    private struct Work: @unchecked Sendable {
        let writer: AudioWriter
        let call: LiveCall
        let state: State

        func run() {
            do throws(AudioFileError) { try write() } catch { state.failure.withLock { $0 = error } }
            state.isOver.store(true, ordering: .releasing)
        }

        private func write() throws(AudioFileError) {
            try writer.begin()
            var samples: [Float] = []
            var nextRefresh = ContinuousClock.now + .seconds(1)
            while true {
                // This is read before the samples, so that samples from before the end are not missed.
                let isEnding = state.isEnding.load(ordering: .acquiring)
                call.takeRecording(&samples)
                if samples.isEmpty && isEnding { break }
                if samples.isEmpty { usleep(20_000) }
                try writer.write(samples.span)
                state.frames.add(samples.count / 2, ordering: .relaxed)
                if ContinuousClock.now >= nextRefresh {
                    try writer.refreshHeader()
                    nextRefresh = .now + .seconds(1)
                }
            }
            try writer.finish()
        }
    }

    /// The error that stopped the recording; `nil` if there was none.
    package var failure: (any ReportableError)? { state.failure.withLock { $0 } }

    /// Number of frames written so far.
    package var frameCount: Int { state.frames.load(ordering: .relaxed) }

    /// Writes the remaining frames after the call, and finishes the header.
    ///
    /// Returns whether the file is complete. A file that takes nothing for three seconds is given up.
    package func finish() async -> Bool {
        state.isEnding.store(true, ordering: .releasing)
        var (written, looks) = (frameCount, 0)
        while !state.isOver.load(ordering: .acquiring) {
            try? await Task.sleep(for: .milliseconds(10))
            looks = frameCount == written ? looks + 1 : 0
            written = frameCount
            if looks > 300 { return false }
        }
        return true
    }
}
