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
        abstract: "Remove key tones from audio.",
        discussion: """
            OUT is IN without key tones, in every channel. It has the same length, rate, channels and sample format, \
            and the same bits where there was no tone. Speech that a decoder would take for a key loses a part of one \
            harmonic. OUT appears when it is complete, and a command that fails leaves no file. IN may have any format \
            that decode reads. If only ffmpeg reads it, OUT is WAVE, unless its suffix names another format that can \
            be written. A file is read twice: what decode hears in the whole of it is removed, too. With --look-ahead \
            it is read once, as a stream.

            '-' streams: each block is written as soon as it is done, later by the look-ahead only. INT and TERM write \
            the audio that is held, finish the header and end with 0. A second signal ends at once.

            With --events the command also writes ndjson events for a program: "key-down" as soon as a key is decided, \
            and "key-up" at its end, without its digit unless --reveal is given. Each removed stretch gives "press", \
            "fragment" (of a key), "echo" or "talk-off", with removed_db. Each event has channel (from 0) and start. \
            All except key-down have end. Times are in seconds, and in samples of the input (start_sample, \
            end_sample). A reader that is slow or gone delays nothing.

            EXAMPLES
              tonewall suppress call.wav clean.wav
              tonewall suppress --fill silence call.flac clean.flac
              arecord -q -D caller -f S16_LE -r 8000 -t raw \\
                | tonewall suppress -t raw -r 8000 - - \\
                | aplay -q -D agent -f S16_LE -r 8000 -t raw
              tonewall suppress --events 3 - - 3>events.ndjson <caller >agent
            """)

    @Argument(help: "Input audio; '-' is standard input.", completion: .file())
    var input: String

    @Argument(help: "Output file; '-' is standard output.", completion: .file())
    var output: String

    @OptionGroup(title: "Suppression")
    var suppression: SuppressionOptions

    @Option(
        name: .customLong("mute-channel"),
        help: "Fill this channel (from 0) from beginning to end, such as the agent's during a capture. May be repeated."
    )
    var mutedChannels: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Write events as ndjson to this descriptor or file as they happen; '-' is standard output.",
            valueName: "fd|file"))
    var events: String?

    @Flag(help: "With --events: show which key it was.")
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
        // A named pipe is followed like standard input.
        let isStream = reader.isStream
        var configuration = try suppression.configuration(isRecording: !isStream)
        configuration.fullMute = Set(mutedChannels)
        var work = try RecordingSuppression(
            reader, configuration: configuration,
            lines: sideLines.map { _ in SuppressionLines(reader.format, reveals: reveal) })
        let writer = try AudioWriter(output, copying: reader, stop: Interruption.descriptor)
        if let change = writer.change { Report.note("tonewall: \(output): \(change)") }
        let progress = ProgressLine()
        // An interrupted file leaves no output. A stream is finished.
        if !isStream { _ = Interruption.descriptor }
        if configuration.lookAhead == Suppressor.Configuration.recordingLookAhead {
            work.presses = try presses(progress, of: reader.frameCount)
        }
        let ahead = work.presses == nil ? 0 : reader.frameCount ?? 0
        let counts = try work.run(to: writer, tell: { sideLines?.append($0) }) { done in
            progress.show(input, ahead + done, of: reader.frameCount.map { ahead + $0 })
            return isStream || !Interruption.hasCome
        }
        progress.clear()
        guard let counts else { throw ExitCode(128 + SIGINT) }
        // A part that was not read may hold tones, so such a copy is not kept.
        try reader.reportOddities()
        try writer.finish()
        // Counts are shown on a terminal only. They do not tell the keys.
        for (channel, count) in counts.enumerated() where isatty(STDERR_FILENO) != 0 {
            Report.note("channel \(channel): \(count.words)")
        }
        if let ending = sideLines?.finish() { try report(ending) }
    }

    /// The presses that a receiver of whole recordings hears in the input.
    private func presses(_ progress: ProgressLine, of frames: Int?) throws -> RecordedPresses {
        let ahead = try AudioReader(input, raw: try raw.layout(of: input), forcesRaw: raw.forceRaw)
        let presses = try RecordedPresses(ahead) { done in
            progress.show(input, done, of: frames.map { 2 * $0 })
            return !Interruption.hasCome
        }
        guard let presses else { throw ExitCode(128 + SIGINT) }
        return presses
    }

    /// Reports events that could not be written. The audio is complete in any case.
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
