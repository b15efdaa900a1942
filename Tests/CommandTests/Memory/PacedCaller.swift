import Foundation
import Support
import Synchronization

/// A caller whose samples come through a named pipe, ten times as fast as they would be spoken: a recorder can follow.
///
/// Silent until it is to speak, it stands still after the last key, so that whatever holds the last of the audio goes
/// on holding it, until it is let go on.
final class PacedCaller: Sendable {
    /// The pipe.
    let path: String
    private let descriptor: Int32
    private let maySpeak = Atomic<Bool>(false)
    private let mayGoOn = Atomic<Bool>(false)
    private let isOver = Atomic<Bool>(false)

    /// - Parameter samples: What is said, 16-bit; silence follows.
    init(_ samples: [Int16], rate: Int, in folder: TemporaryFolder) {
        path = folder("caller")
        _ = unsafe mkfifo(path, 0o600)
        // It is also opened for reading, so that opening does not wait.
        descriptor = unsafe open(path, O_RDWR | O_NONBLOCK)
        Thread.detachNewThread { [self] in
            // What ALSA's file plugin asks for at once: it takes a block that is not whole for a whole one.
            let block = rate / 50
            let silence = [Int16](repeating: 0, count: block)
            while !maySpeak.load(ordering: .relaxed) && !isOver.load(ordering: .relaxed) { say(silence) }
            for start in stride(from: 0, to: samples.count, by: block) {
                let part = samples[start..<min(samples.count, start + block)]
                say(Array(part) + silence.dropFirst(part.count))
            }
            while !isOver.load(ordering: .relaxed) {
                if mayGoOn.load(ordering: .relaxed) { say(silence) } else { usleep(5_000) }
            }
            close(descriptor)
        }
    }

    /// What it has to say comes now.
    func speak() { maySpeak.store(true, ordering: .relaxed) }

    /// Silence comes from now on.
    func goOn() { mayGoOn.store(true, ordering: .relaxed) }

    deinit { end() }

    func end() { isOver.store(true, ordering: .relaxed) }

    /// Twenty milliseconds in two.
    private func say(_ samples: [Int16]) {
        usleep(2_000)
        while !isOver.load(ordering: .relaxed) {
            // A block is written whole or, while the pipe is full, not at all.
            let count = unsafe samples.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 || errno != EAGAIN { return }
            usleep(1_000)
        }
    }
}
