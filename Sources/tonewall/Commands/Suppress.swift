import ArgumentParser
import AudioIO
import Glibc
import Pipeline
import Suppression

struct Suppress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppress",
        abstract: "Take the tones out of audio.",
        discussion: """
            OUT is IN with every key tone gone, in every channel: same length, rate, channels and sample format, and the \
            same bits where no tone was; speech that a decoder would take for a key loses a part of one harmonic. OUT \
            appears when it is whole; a command that fails leaves nothing behind.

            '-' streams: each block is written as soon as it is done, later by the look-ahead and nothing more. INT and TERM \
            write what is held, finish the header and end with 0; a second one ends at once.

            EXAMPLES
              tonewall suppress call.wav clean.wav
              tonewall suppress --fill silence call.flac clean.flac
              arecord -q -D caller -f S16_LE -r 8000 -t raw \\
                | tonewall suppress -t raw -r 8000 - - \\
                | aplay -q -D agent -f S16_LE -r 8000 -t raw
            """)

    @Argument(help: "The audio; '-' is standard input.", completion: .file())
    var input: String

    @Argument(help: "Where the clean audio goes; '-' is standard output.", completion: .file())
    var output: String

    @OptionGroup(title: "Suppression")
    var suppression: SuppressionOptions

    @Option(
        name: .customLong("mute-channel"),
        help: "A channel, counted from 0, to fill from beginning to end: the agent's during a capture. May be repeated."
    )
    var mutedChannels: [Int] = []

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func run() throws {
        let reader = try AudioReader(
            input, raw: try raw.layout(of: input), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        // A named pipe is followed as standard input is.
        let isStream = reader.isStream
        try ToneRange.check(reader)
        try Hearing.refuseUnheard(reader)
        var configuration = try suppression.configuration(isRecording: !isStream)
        if let wrong = mutedChannels.first(where: { !(0..<reader.format.channels).contains($0) }) {
            throw Failure(
                .usage, file: input, "has no channel \(wrong) to mute",
                advice: "its \(reader.format.channels) are counted from 0")
        }
        configuration.fullMute = Set(mutedChannels)
        let writer = try AudioWriter(output, copying: reader)
        if let change = writer.change { Report.note("tonewall: \(output): \(change)") }
        // A file's work is stopped at once and leaves nothing; a stream's is finished.
        if !isStream { _ = Interruption.descriptor }
        var stream = SuppressedStream(format: reader.format, configuration: configuration)
        var progress = Progress(input, total: reader.frameCount)
        var (block, clean): ([UInt8], [UInt8]) = ([], [])
        var done = 0
        while true {
            let count = try reader.read(frames: 4096, into: &block)
            if count == 0 { break }
            clean.removeAll(keepingCapacity: true)
            stream.process(block.span, into: &clean)
            try writer.write(encoded: clean.span)
            done += count
            progress.advance(to: done)
            if !isStream && Interruption.hasCome { throw ExitCode(128 + SIGINT) }
        }
        clean.removeAll(keepingCapacity: true)
        stream.finish(into: &clean)
        try writer.write(encoded: clean.span)
        progress.finish()
        // What was not heard may hold tones: no such copy is left.
        try Hearing.report(reader)
        try writer.finish()
        summarize(stream)
    }

    /// What was done, on a terminal only: never which keys.
    private func summarize(_ stream: SuppressedStream) {
        guard isatty(STDERR_FILENO) != 0 else { return }
        for (channel, count) in stream.counts.enumerated() {
            Report.note("channel \(channel): \(count.words)")
        }
    }
}
