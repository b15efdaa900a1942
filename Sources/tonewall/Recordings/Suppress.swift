import Codecs
import Failures
import StreamSuppression
import ArgumentParser
import AudioIO
import Glibc
import ProcessIO
import Suppression

struct Suppress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppress",
        abstract: "Take the tones out of audio.",
        discussion: """
            OUT is IN with every key tone gone, in every channel: same length, rate, channels and sample format, and the \
            same bits where no tone was; speech that a decoder would take for a key loses a part of one harmonic. OUT \
            appears when it is whole; a command that fails leaves nothing behind. IN may be all that decode reads; where only \
            ffmpeg reads it, OUT is WAVE unless its suffix asks for another format that can be written.

            '-' streams: each block is written as soon as it is done, later by the look-ahead and nothing more. INT and TERM \
            write what is held, finish the header and end with 0; a second one ends at once.

            With --events a program hears beside the audio what happens in it, as ndjson: event "key-down" as soon as a key is \
            decided; "key-up" at its end, without its digit unless --reveal asks for it; "press", "fragment" (of a key), \
            "echo" and "talk-off" for each stretch that was taken out, with removed_db. Each has channel (from 0), start and, \
            but for a key-down, end, in seconds and as samples of the input (start_sample, end_sample). A reader that is \
            slow or gone holds up nothing.

            EXAMPLES
              tonewall suppress call.wav clean.wav
              tonewall suppress --fill silence call.flac clean.flac
              arecord -q -D caller -f S16_LE -r 8000 -t raw \\
                | tonewall suppress -t raw -r 8000 - - \\
                | aplay -q -D agent -f S16_LE -r 8000 -t raw
              tonewall suppress --events 3 - - 3>events.ndjson <caller >agent
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

    @Option(
        help: ArgumentHelp(
            "Tells what happens here, as ndjson, while it happens; '-' is standard output.", valueName: "fd|file"))
    var events: String?

    @Flag(help: "With --events: tell which key it was.")
    var reveal = false

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func validate() throws {
        if reveal && events == nil { throw ValidationError("--reveal goes with --events") }
        if output == "-" && (events == "1" || events == "-") {
            throw ValidationError("the audio goes to standard output: choose another place for --events")
        }
        if let events, events != "-", events == output || events == input {
            throw ValidationError("the events need a file of their own")
        }
    }

    func run() throws {
        let sideLines = try events.map { try SideLines(named: $0, besides: input) }
        let reader = try AudioReader(
            input, raw: try raw.layout(of: input), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        // A named pipe is followed as standard input is.
        let isStream = reader.isStream
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        try reader.refuseUnread()
        let configuration = try configuration(of: reader, isStream: isStream)
        let writer = try AudioWriter(output, copying: reader, stop: Interruption.descriptor)
        if let change = writer.change { Report.note("tonewall: \(output): \(change)") }
        // A file's work is stopped at once and leaves nothing; a stream's is finished.
        if !isStream { _ = Interruption.descriptor }
        var stream = SuppressedStream(format: reader.format, configuration: configuration)
        var told = sideLines.map { SuppressionLines(to: $0, reader.format, reveals: reveal) }
        let progress = ProgressLine()
        var (block, clean): ([UInt8], [UInt8]) = ([], [])
        var done = 0
        while true {
            let count = try reader.read(frames: 4096, into: &block)
            if count == 0 { break }
            told?.hear(block.span)
            clean.removeAll(keepingCapacity: true)
            stream.process(block.span, into: &clean)
            for event in stream.events { told?.tell(event) }
            try writer.write(encoded: clean.span)
            done += count
            progress.show(input, done, of: reader.frameCount)
            if !isStream && Interruption.hasCome { throw ExitCode(128 + SIGINT) }
        }
        clean.removeAll(keepingCapacity: true)
        stream.finish(into: &clean)
        for event in stream.events { told?.tell(event) }
        try writer.write(encoded: clean.span)
        progress.clear()
        // What was not heard may hold tones: no such copy is left.
        try reader.reportOddities()
        try writer.finish()
        summarize(stream)
        if let ending = told?.finish() { try report(ending) }
    }

    private func configuration(of reader: AudioReader, isStream: Bool) throws -> Suppressor.Configuration {
        var configuration = try suppression.configuration(isRecording: !isStream)
        if let wrong = mutedChannels.first(where: { !(0..<reader.format.channels).contains($0) }) {
            throw Failure(
                .usage, file: input, "has no channel \(wrong) to mute",
                advice: "its \(reader.format.channels) are counted from 0")
        }
        configuration.fullMute = Set(mutedChannels)
        return configuration
    }

    /// What became of the events, where they were not all written: the audio is whole either way.
    private func report(_ ending: SideLines.Ending) throws {
        switch ending {
        case .complete: break
        case .unread(let count): Report.note("tonewall: \(count) events were not read (the audio is whole)")
        case .failed(let error):
            throw Failure(
                .inputOutput, file: events, "the events cannot be written: \(unsafe String(cString: strerror(error)))",
                advice: "the audio is whole; check the space left")
        }
    }

    /// What was done, on a terminal only: never which keys.
    private func summarize(_ stream: SuppressedStream) {
        guard isatty(STDERR_FILENO) != 0 else { return }
        for (channel, count) in stream.counts.enumerated() {
            Report.note("channel \(channel): \(count.words)")
        }
    }
}
