import ArgumentParser
import AudioIO
import DTMF
import Glibc
import Pipeline

struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the keys that were pressed.",
        discussion: """
            Reads WAVE files and pipes, raw samples, and what libsndfile reads (FLAC, AIFF, AU, Ogg, MP3 …), at 8 to 48 kHz, \
            each channel by itself.

            As text, each file's keys are one line; where there is more than one file its name comes first, and in a file of \
            more than one channel every run of keys is preceded by its channel, as in 0:4929 1:1. A digit from a pipe is \
            printed as soon as it is decided, while the key is still down.

            As ndjson, each key is one object when it ends: file, channel (from 0), digit, start and end (s), low_hz, \
            high_hz, level_dbm0 (of the stronger tone), high_minus_low_db (twist), snr_db.

            EXAMPLES
              tonewall decode call.wav
              tonewall decode --format ndjson *.wav
              arecord -q -f S16_LE -r 8000 -t raw | tonewall decode -t raw -r 8000 -
              ffmpeg -v error -i call.m4a -f wav - | tonewall decode -
            """)

    @Argument(help: "Files; '-' is standard input, and so is no name where input is piped.", completion: .file())
    var files: [String] = []

    @Option(help: "'text' or 'ndjson'.")
    var format = OutputFormat.text

    @Option(help: "Thresholds: \(DetectorProfile.allNames.joined(separator: ", ")).")
    var profile = "q24"

    @Option(help: "Only this channel, counted from 0.")
    var channel: Int?

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func run() throws {
        guard let profile = DetectorProfile(name: profile) else {
            throw Failure(
                .usage, "there is no profile of that name",
                advice: "one of \(DetectorProfile.allNames.joined(separator: ", "))")
        }
        let names = files.isEmpty && isatty(STDIN_FILENO) == 0 ? ["-"] : files
        if names.isEmpty { throw Failure(.usage, "no file is named", advice: "name one, or pipe audio in") }
        if names.count(where: { $0 == "-" }) > 1 {
            throw Failure(.usage, "standard input is named twice", advice: "name '-' once")
        }
        var worst: Failure.Status?
        for name in names {
            do {
                var printer = KeyPrinter(format: format, file: name, namesFile: names.count > 1)
                try decode(name, profile: profile, printer: &printer)
            } catch let error as any CommandFailure {
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

    private func decode(_ name: String, profile: DetectorProfile, printer: inout KeyPrinter) throws {
        let reader = try AudioReader(
            name, raw: try raw.layout(of: name), forcesRaw: raw.forceRaw, stop: Interruption.descriptor)
        let channels = reader.format.channels
        try ToneRange.check(reader)
        if let channel, !(0..<channels).contains(channel) {
            throw Failure(
                .usage, file: name, "has \(channels) channel(s), counted from 0", advice: "choose one of them")
        }
        var listener = KeyListener(sampleRate: Double(reader.format.sampleRate), channels: channels, profile: profile)
        var heard: [KeyPrinter.Heard] = []
        var samples: [Float] = []
        var progress = Progress(name, total: reader.frameCount)
        var done = 0
        // A named pipe (`<(…)`, /dev/stdin) is followed as standard input is.
        let isFollowed = reader.isStream
        printer.begin(rate: reader.format.sampleRate, channels: channels)
        while true {
            let count = try reader.read(frames: 4096, into: &samples)
            if count == 0 { break }
            listener.process(samples.span) { channel, event in heard.append((channel, event)) }
            done += count
            printer.print(&heard, only: channel, flushing: isFollowed)
            progress.advance(to: done)
        }
        listener.finish { channel, event in heard.append((channel, event)) }
        progress.finish()
        printer.print(&heard, only: channel, flushing: isFollowed)
        printer.end()
        try Hearing.report(reader)
    }
}
