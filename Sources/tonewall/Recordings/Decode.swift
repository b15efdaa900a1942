import Archive
import ArgumentParser
import AudioIO
import DTMF
import Failures
import Glibc
import ProcessIO
import Recordings

struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the keys pressed in recordings and streams.",
        discussion: """
            Reads WAVE, AIFF, AU and CAF files and pipes, raw samples, and the formats of libsndfile (FLAC, Ogg, MP3 \
            …), at 4 to 768 kHz, each channel separately. Other formats (MP4, WebM, AMR, WMA …) are decoded by the \
            'ffmpeg' command if it is installed. It runs as a process of its own, with limits on its time and memory \
            and without a network. So a damaged file ends that process and not this one.

            As text, the keys of a file are one line. A file with several channels has one line for each, such as 0: \
            4929. With several files, each line begins with the file's name. A space marks a pause of \
            \(Int(KeyLines.pause)) s or longer. A digit from a pipe is printed as soon as it is decided, while the key \
            is still pressed. With --times each key is one line: start, end (s) and digit.

            As ndjson, each key is one object when it ends: file, channel (from 0), digit, start and end (s), low_hz, \
            high_hz, level_dbm0 (of the stronger tone), twist_db (high tone minus low tone; negative is reverse \
            twist), high_minus_low_db (the same), snr_db. With --events a line precedes it as soon as the key is \
            pressed: event ("key-down"), file, channel, start. csv has these columns without twist_db. labels is a \
            label track for Audacity.

            A file is decoded as a whole (profile 'recording'), each key together with those around it. This finds \
            keys that fade, flutter, ring, are clipped, lie in noise or under a steady tone, or are all up to 6 % off \
            speed. Its keys are printed at its end, or every five minutes of it. Streams are decoded as they come, \
            with profile 'q24'. Files are too if a profile for streams is named.

            If no key is found, a line on standard error says so with the highest level.

            EXAMPLES
              tonewall decode call.wav
              tonewall decode --format labels call.wav >call.txt
              tonewall decode --format ndjson *.wav
              arecord -q -f S16_LE -r 8000 -t raw | tonewall decode -t raw -r 8000 -
              tonewall decode call.m4a
            """)

    @Argument(help: "Files; '-' is standard input, which is also the default if input is piped.", completion: .file())
    var files: [String] = []

    @Option(help: "Output format; 'labels' is a label track of Audacity.")
    var format = KeyFormat.text

    @Flag(help: "With text: one line for each key, with its start and end in seconds.")
    var times = false

    @Flag(help: "With ndjson: also a line as soon as a key is pressed.")
    var events = false

    @Option(
        name: [.customLong("detector-profile"), .customLong("profile")],
        help: ArgumentHelp(
            "Thresholds: \(DetectorProfile.allNames.joined(separator: ", ")). (default: recording for files, q24 for pipes)"
        ), transform: DetectorProfileOption.ofFile)
    var detectorProfile: DetectorProfile?

    @Option(help: "Only this channel, counted from 0.")
    var channel: Int?

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func validate() throws {
        if times && format != .text { throw ValidationError("--times goes with text; other formats tell times anyway") }
        if events && format != .ndjson { throw ValidationError("--events goes with --format ndjson") }
        if format == .labels && files.count > 1 { throw ValidationError("a label track is of one file: name one") }
    }

    func run() throws {
        let profile = detectorProfile ?? .recording
        let names = files.isEmpty && isatty(STDIN_FILENO) == 0 ? ["-"] : files
        if names.isEmpty { throw Failure.usage("no file is named", advice: "name one, or pipe audio in") }
        if names.count(where: { $0 == "-" }) > 1 {
            throw Failure.usage("standard input is named twice", advice: "name '-' once")
        }
        let style = KeyLines.Style(
            format: format, hasTimes: times, hasEvents: events, namesFile: names.count > 1, channel: channel)
        StandardOutput.write(format.heading)
        var worst: Failure.Status?
        for name in names {
            do {
                // A pipe among other files may have no writer, so the command does not wait for it.
                if names.count > 1, let thing = SkippedFile(special: name) { throw thing }
                try decode(name, profile, style)
            } catch let error as any ReportableError where names.count > 1 && !error.endsTheRun {
                Report.print(error.failure)
                worst = worst ?? error.failure.status
            }
        }
        if let worst { throw ExitCode(worst.rawValue) }
    }

    private func decode(_ name: String, _ profile: DetectorProfile, _ style: KeyLines.Style) throws {
        let reader = try AudioReader(
            name, raw: try raw.layout(of: name), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        var reading = try KeyReading(reader, profile: profile, channel: channel)
        // A named pipe (`<(…)`, /dev/stdin) is followed like standard input.
        var lines = KeyLines(style, file: name, reader.format, isFollowed: reader.isStream)
        var output = StandardOutput()
        let progress = ProgressLine()
        while let heard = try reading.next() {
            output.append(lines.text(heard))
            if reader.isStream { output.flush() }
            progress.show(name, reading.framesRead, of: reader.frameCount)
        }
        progress.clear()
        output.append(lines.end())
        output.flush()
        try reader.reportOddities()
        if let failure = reading.nothingFound { Report.print(failure) }
    }
}

extension ReportableError {
    /// Whether the remaining files are skipped: the reader of the output is gone, or the input was told to stop.
    fileprivate var endsTheRun: Bool {
        switch self as? AudioFileError {
        case .outputClosed, .stopped: true
        default: false
        }
    }
}
