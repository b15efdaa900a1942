import ArgumentParser
import AudioIO
import Failures
import Glibc
import ProcessIO
import Recordings
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
        var configuration = try suppression.configuration(isRecording: !isStream)
        configuration.fullMute = Set(mutedChannels)
        var work = try RecordingSuppression(
            reader, configuration: configuration,
            lines: sideLines.map { _ in SuppressionLines(reader.format, reveals: reveal) })
        let writer = try AudioWriter(output, copying: reader, stop: Interruption.descriptor)
        if let change = writer.change { Report.note("tonewall: \(output): \(change)") }
        // A file's work is stopped at once and leaves nothing; a stream's is finished.
        if !isStream { _ = Interruption.descriptor }
        let progress = ProgressLine()
        let counts = try work.run(to: writer, tell: { sideLines?.append($0) }) { done in
            progress.show(input, done, of: reader.frameCount)
            return isStream || !Interruption.hasCome
        }
        progress.clear()
        guard let counts else { throw ExitCode(128 + SIGINT) }
        // What was not heard may hold tones: no such copy is left.
        try reader.reportOddities()
        try writer.finish()
        // On a terminal only, and never which keys.
        for (channel, count) in counts.enumerated() where isatty(STDERR_FILENO) != 0 {
            Report.note("channel \(channel): \(count.words)")
        }
        if let ending = sideLines?.finish() { try report(ending) }
    }

    /// What became of the events, where they were not all written: the audio is whole either way.
    private func report(_ ending: SideLines.Ending) throws {
        switch ending {
        case .complete: break
        case .unread(let count): Report.note("tonewall: \(count) events were not read (the audio is whole)")
        case .failed(let error):
            throw Failure(
                .inputOutput, code: "output.unwritten", file: events,
                "the events cannot be written: \(unsafe String(cString: strerror(error)))",
                advice: "the audio is whole; check the space left")
        }
    }
}
