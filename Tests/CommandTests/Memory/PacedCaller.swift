import Foundation
import Support
import Synchronization

/// A caller whose samples come through a named pipe, ten times as fast as they would be spoken: a recorder can follow.
///
/// Silent until it is to speak, it stands still after the last key, so that whatever holds the last of the audio goes
/// on holding it, until it is let go on. It ends with the command that reads it, or with the pipe's folder.
final class PacedCaller: Sendable {
    /// The pipe.
    let path: String
    private let maySpeak = Atomic<Bool>(false)
    private let mayGoOn = Atomic<Bool>(false)

    /// - Parameter samples: What is said, 16-bit; silence follows.
    init(_ samples: [Int16], rate: Int, in folder: TemporaryFolder) {
        path = folder("caller")
        _ = unsafe mkfifo(path, 0o600)
        Thread.detachNewThread { [self] in
            guard let pipe = opened() else { return }
            // What ALSA's file plugin asks for at once: it takes a block that is not whole for a whole one.
            let block = rate / 50
            let silence = [Int16](repeating: 0, count: block)
            while !maySpeak.load(ordering: .relaxed) && say(silence, to: pipe) {}
            for start in stride(from: 0, to: samples.count, by: block) {
                let part = samples[start..<min(samples.count, start + block)]
                guard say(Array(part) + silence.dropFirst(part.count), to: pipe) else { break }
            }
            while !mayGoOn.load(ordering: .relaxed) { usleep(5_000) }
            while say(silence, to: pipe) {}
            close(pipe)
        }
    }

    /// What it has to say comes now.
    func speak() { maySpeak.store(true, ordering: .relaxed) }

    /// Silence comes from now on.
    func goOn() { mayGoOn.store(true, ordering: .relaxed) }

    /// The pipe, once a command reads it; `nil` if it went away before.
    private func opened() -> Int32? {
        while true {
            let pipe = unsafe open(path, O_WRONLY | O_NONBLOCK)
            if pipe >= 0 {
                _ = fcntl(pipe, F_SETFL, 0)
                return pipe
            }
            guard errno == ENXIO else { return nil }
            usleep(5_000)
        }
    }

    /// Twenty milliseconds in two; whether they are still read.
    private func say(_ samples: [Int16], to pipe: Int32) -> Bool {
        usleep(2_000)
        return unsafe samples.withUnsafeBytes { unsafe write(pipe, $0.baseAddress, $0.count) } >= 0
    }
}
