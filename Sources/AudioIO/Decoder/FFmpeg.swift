/// Runs the `ffmpeg` and `ffprobe` commands on one file.
struct FFmpeg {
    private let input: ByteInput
    private let demuxer: [String]
    private let (probe, decoder): (String, String)

    /// Demuxers that open only the given file: no playlists, no references.
    private static let demuxers = [
        "aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "asf", "au", "avi", "avr", "caf", "dsf", "dts", "eac3",
        "flac", "flv",
        "g722", "g723_1", "g729", "gsm", "hcom", "iff", "ilbc", "ircam", "loas", "matroska", "mov", "mp3", "mpc",
        "mpc8",
        "mpeg",
        "mpegts", "nistsphere", "nut", "ogg", "oma", "paf", "rm", "rso", "sbc", "shn", "sox", "tak", "tta", "voc",
        "vqf", "w64",
        "wav", "wsd",
        "wv", "xwma",
    ]

    /// The commands for the file behind `input`; throws if they are not installed.
    init(_ input: ByteInput, demuxer: String?) throws(AudioFileError) {
        self.input = input
        self.demuxer = demuxer.map { ["-f", $0] } ?? []
        guard let probe = ChildProcess.path(of: "ffprobe"), let decoder = ChildProcess.path(of: "ffmpeg") else {
            let known = KnownContainer.name(of: try input.bytes(at: 0, count: KnownContainer.headBytes))
            guard let name = known ?? demuxer.map({ "a \($0.uppercased()) file" }) else {
                throw .notAudio(path: input.name, detail: "it begins as no audio file that is known")
            }
            throw .decoderMissing(path: input.name, format: name, demuxer: demuxer)
        }
        (self.probe, self.decoder) = (probe, decoder)
    }

    private var source: [String] {
        ["-format_whitelist", Self.demuxers.joined(separator: ",")] + demuxer
            + ["-protocol_whitelist", "file", "-i", "file:/proc/self/fd/3"]
    }

    /// The audio tracks of the file.
    func tracks() throws(AudioFileError) -> TrackList {
        let entries = "stream=index,codec_name,sample_rate,channels,duration:format=format_name,duration,nb_streams"
        let arguments =
            ["-v", "error", "-hide_banner"] + source + [
                "-select_streams", "a", "-show_entries", entries, "-of", "flat",
            ]
        let child = try start(probe, arguments, seconds: 10)
        let text = String(decoding: child.readAll(limit: 1 << 20), as: UTF8.self)
        guard let list = TrackList(text), child.exit == 0 else {
            let said = child.complaints.last.map { "ffmpeg: \($0)" } ?? "ffmpeg gave up"
            let detail = said.replacing("file:/proc/self/fd/3: ", with: "")
            if let known = KnownContainer.name(of: try input.bytes(at: 0, count: KnownContainer.headBytes)) {
                throw .damaged(path: input.name, detail: "\(known), but \(detail)")
            }
            throw .notAudio(path: input.name, detail: "it begins as no audio file that is known")
        }
        if list.streams.isEmpty {
            throw .notAudio(path: input.name, detail: "it holds no audio track that ffmpeg can decode")
        }
        return list
    }

    /// Decodes one track to 32-bit floats, with its own channels at `rate`.
    func decode(_ stream: TrackList.Stream, rate: Int) throws(AudioFileError) -> ChildProcess {
        let output = ["-vn", "-sn", "-dn", "-map_metadata", "-1", "-c:a", "pcm_f32le", "-f", "f32le"]
        let shape = ["-ar", String(rate), "-ac", String(stream.channels), "-protocol_whitelist", "pipe", "pipe:1"]
        let arguments =
            ["-nostdin", "-v", "error", "-hide_banner", "-threads", "1"] + source
            + ["-map", "0:\(stream.index)"] + output + shape
        return try start(decoder, arguments, seconds: 10 + input.size / 1_000_000)
    }

    private func start(_ path: String, _ arguments: [String], seconds: Int) throws(AudioFileError) -> ChildProcess {
        let limits = ChildProcess.Limits(seconds: seconds)
        guard let child = ChildProcess(path, arguments, files: [input.descriptor], limits: limits) else {
            throw .readFailed(path: input.name, reason: "ffmpeg cannot be started")
        }
        return child
    }
}
