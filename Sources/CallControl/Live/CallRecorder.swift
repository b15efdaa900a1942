package import AudioIO
package import Codecs
package import Failures
internal import Foundation
package import MediaCore
internal import Synchronization

/// The recording of a live call: a file that is right up to the last second whenever the process ends.
///
/// It is written on a thread of its own, so that a disk or a pipe that stands still holds up nothing else.
package final class CallRecorder: CallRecording {
    /// The recording's file.
    package let path: String
    private let state = State()

    /// A recording at `path` of what `call` gives, begun.
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

    /// What the thread and its owner share.
    private final class State: Sendable {
        let failure = Mutex<AudioFileError?>(nil)
        let isEnding = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)
        let frames = Atomic<Int>(0)
    }

    /// The writer on its way into the one thread that uses it.
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
                // Read before the samples, so that what came before the end is not left behind.
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

    /// Why nothing is recorded any more; `nil` while all is well.
    package var failure: (any ReportableError)? { state.failure.withLock { $0 } }

    /// Frames written so far.
    package var frameCount: Int { state.frames.load(ordering: .relaxed) }

    /// Writes what is left once the call is over, and finishes the header.
    ///
    /// Whether that came to an end; a file that takes nothing for three seconds is given up.
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
