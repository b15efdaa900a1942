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
        abstract: "Print the keys that were pressed.",
        discussion: """
            Reads WAVE, AIFF, AU and CAF files and pipes, raw samples, and what libsndfile reads (FLAC, Ogg, MP3 …), at 4 to \
            768 kHz, each channel by itself. What libsndfile does not read (MP4, WebM, AMR, WMA …) the 'ffmpeg' command \
            decodes, where it is installed: a process of its own, with bounds on its time and memory and no network, so that \
            a damaged file ends that process and not this one.

            As text, the keys are one line; of a file of more than one channel a line a channel, as in 0: 4929; of several \
            files each line begins with the file's name. A space stands where no key was down for \
            \(Int(KeyLines.pause)) s or longer. A digit from a pipe is printed as soon as it is decided, while the key is \
            still down. With --times each key is a line: start, end (s) and digit.

            As ndjson, each key is one object when it ends: file, channel (from 0), digit, start and end (s), low_hz, \
            high_hz, level_dbm0 (of the stronger tone), twist_db (high tone minus low tone; negative is reverse twist), \
            high_minus_low_db (the same), snr_db. With --events there is a line before it as soon as the key is down: \
            event ("key-down"), file, channel, start. csv has these columns without twist_db, and labels are a label \
            track for Audacity.

            A file is heard as a whole (profile 'recording'): each key is judged with those around it, so that keys are \
            found which fade, flutter, ring, are clipped, lie in noise or under a steady tone, or are up to 6 % off speed \
            together. Its keys are printed at its end, or every five minutes of it. Streams are heard as they come, with \
            profile 'q24', as files are where it is named.

            Where no key is found, a line on standard error says so with the loudest level.

            EXAMPLES
              tonewall decode call.wav
              tonewall decode --format labels call.wav >call.txt
              tonewall decode --format ndjson *.wav
              arecord -q -f S16_LE -r 8000 -t raw | tonewall decode -t raw -r 8000 -
              tonewall decode call.m4a
            """)

    @Argument(help: "Files; '-' is standard input, and so is no name where input is piped.", completion: .file())
    var files: [String] = []

    @Option(help: "How keys are told; 'labels' are a label track of Audacity.")
    var format = KeyFormat.text

    @Flag(help: "As text: a line a key, with its start and end in seconds.")
    var times = false

    @Flag(help: "As ndjson: a line as soon as a key is down, too.")
    var events = false

    @Option(
        name: [.customLong("detector-profile"), .customLong("profile")],
        help: ArgumentHelp(
            "Thresholds: \(DetectorProfile.allNames.joined(separator: ", ")). (default: recording for files, q24 for pipes)"
        ))
    var detectorProfile: String?

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
        guard let profile = DetectorProfile(name: detectorProfile ?? DetectorProfile.recording.name) else {
            throw Failure.usage(
                "there is no profile of that name",
                advice: "one of \(DetectorProfile.allNames.joined(separator: ", "))")
        }
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
                // Nobody may write to a pipe that lies among other files: it is not waited for.
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
        // A named pipe (`<(…)`, /dev/stdin) is followed as standard input is.
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
    /// Whether no other file is tried: nobody reads the output any more, or the input was told to stop.
    fileprivate var endsTheRun: Bool {
        switch self as? AudioFileError {
        case .outputClosed, .stopped: true
        default: false
        }
    }
}
