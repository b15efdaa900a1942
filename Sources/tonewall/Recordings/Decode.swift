import Codecs
import Archive
import ArgumentParser
import AudioIO
import DTMF
import Failures
import Glibc
import ProcessIO
import StreamSuppression
import TextFormats

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
            \(Int(KeyPrinter.pause)) s or longer. A digit from a pipe is printed as soon as it is decided, while the key is \
            still down. With --times each key is a line: start, end (s) and digit.

            As ndjson, each key is one object when it ends: file, channel (from 0), digit, start and end (s), low_hz, \
            high_hz, level_dbm0 (of the stronger tone), twist_db (high tone minus low tone; negative is reverse twist), \
            high_minus_low_db (the same), snr_db. With --events there is a line before it as soon as the key is down: \
            event ("key-down"), file, channel, start. csv has these columns without twist_db, and labels are a label \
            track for Audacity.

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

    @Option(help: "'text', 'ndjson', 'csv' or 'labels' (of Audacity).")
    var format = KeyFormat.text

    @Flag(help: "As text: a line a key, with its start and end in seconds.")
    var times = false

    @Flag(help: "As ndjson: a line as soon as a key is down, too.")
    var events = false

    @Option(
        name: [.customLong("detector-profile"), .customLong("profile")],
        help: "Thresholds: \(DetectorProfile.allNames.joined(separator: ", ")).")
    var detectorProfile = "q24"

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
        guard let profile = DetectorProfile(name: detectorProfile) else {
            throw Failure(
                .usage, "there is no profile of that name",
                advice: "one of \(DetectorProfile.allNames.joined(separator: ", "))")
        }
        let names = files.isEmpty && isatty(STDIN_FILENO) == 0 ? ["-"] : files
        if names.isEmpty { throw Failure(.usage, "no file is named", advice: "name one, or pipe audio in") }
        if names.count(where: { $0 == "-" }) > 1 {
            throw Failure(.usage, "standard input is named twice", advice: "name '-' once")
        }
        let style = KeyPrinter.Style(
            format: format, hasTimes: times, hasEvents: events, namesFile: names.count > 1, channel: channel)
        StandardOutput.write(KeyPrinter.heading(of: format))
        var worst: Failure.Status?
        for name in names {
            do {
                // Nobody may write to a pipe that lies among other files: it is not waited for.
                if names.count > 1, let thing = SkippedFile(special: name) { throw thing.failure }
                try decode(name, profile, style)
            } catch let error as any ReportableError {
                switch error as? AudioFileError {
                case .outputClosed, .stopped: throw error
                default: break
                }
                if names.count == 1 { throw error }
                Report.print(error.failure)
                worst = worst ?? error.failure.status
            }
        }
        if let worst { throw ExitCode(worst.rawValue) }
    }

    private func decode(_ name: String, _ profile: DetectorProfile, _ style: KeyPrinter.Style) throws {
        let reader = try AudioReader(
            name, raw: try raw.layout(of: name), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        let (rate, channels) = (reader.format.sampleRate, reader.format.channels)
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        try checkChannel(of: channels, in: name)
        // A named pipe (`<(…)`, /dev/stdin) is followed as standard input is.
        var printer = KeyPrinter(
            style, file: name, rate: rate, channels: channels, isFollowed: reader.isStream)
        var listener = KeyListener(sampleRate: Double(rate), channels: channels, profile: profile)
        var loudest = LoudestLevel(sampleRate: Double(rate), channels: channels)
        var heard: [KeyPrinter.Heard] = []
        var samples: [Float] = []
        let progress = ProgressLine()
        var done = 0
        while true {
            let count = try reader.read(frames: 4096, into: &samples)
            if count == 0 { break }
            listener.process(samples.span) { channel, event in heard.append((channel, event)) }
            if printer.count == 0 { loudest.process(samples.span) }
            done += count
            printer.print(&heard)
            progress.show(name, done, of: reader.frameCount)
        }
        listener.finish { channel, event in heard.append((channel, event)) }
        progress.clear()
        printer.print(&heard)
        printer.end()
        loudest.finish()
        try reader.reportOddities()
        if printer.count == 0 { Report.note(nothingFound(in: name, profile, loudest.dBm0)) }
    }

    private func checkChannel(of channels: Int, in name: String) throws {
        guard let channel, !(0..<channels).contains(channel) else { return }
        throw Failure(.usage, file: name, "has \(channels) channel(s), counted from 0", advice: "choose one of them")
    }

    /// The line that says that no key was found, how loud it is at most, and what to try.
    private func nothingFound(in name: String, _ profile: DetectorProfile, _ loudest: Double) -> String {
        let level = fixed(loudest, decimals: 1)
        let (what, advice): (String, String)
        if loudest < -80 {
            (what, advice) = ("it is silent", "see that this is the right file, channel and format")
        } else if loudest < profile.minimumLevel {
            (what, advice) = (
                "its loudest 10 ms lie at \(level) dBm0, under the \(Int(profile.minimumLevel)) of profile \(profile.name)",
                profile == .sensitive ? "make it louder" : "try --detector-profile sensitive"
            )
        } else {
            (what, advice) = (
                "its loudest 10 ms lie at \(level) dBm0",
                profile == .sensitive
                    ? "tonewall verify finds shorter pieces of keys, too" : "try --detector-profile sensitive"
            )
        }
        return "tonewall: \(inputName(name)): no key was found; \(what) (\(advice))"
    }
}
