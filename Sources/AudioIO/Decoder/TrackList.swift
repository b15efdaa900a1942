/// The audio tracks of a file, as `ffprobe -of flat` lists them.
struct TrackList {
    struct Stream: Hashable {
        /// Its number among all streams of the file.
        var index: Int
        var rate: Int
        var channels: Int
        /// Its length according to the container; `nil` if it is not given or only estimated.
        var seconds: Double?
    }
    /// ffmpeg's name of the container.
    var container: String
    var streams: [Stream] = []
    var unreadParts: [UnreadPart] = []

    /// Largest number of tracks. Each one needs a process.
    private static let maximumTracks = 16
    /// Containers whose length ffmpeg estimates from a bit rate.
    private static let guesses: Set<String> = [
        "aac", "ac3", "amr", "dts", "eac3", "flv", "g722", "g723_1", "g729", "gsm", "loas", "mp3", "mpeg", "mpegts",
        "rm",
    ]

    /// Returns `nil` if `text` does not name a container.
    init?(_ text: String) {
        var fields: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1].trimmed("\"") }
        }
        guard let container = fields["format.format_name"] else { return nil }
        self.container = String(container)
        let isGuess = Self.guesses.contains(self.container)
        for number in 0... {
            guard let index = fields["streams.stream.\(number).index"].flatMap({ Int($0) }) else { break }
            func field(_ name: String) -> Substring? { fields["streams.stream.\(number).\(name)"] }
            let codec = field("codec_name").map(String.init) ?? "unknown"
            guard let rate = field("sample_rate").flatMap({ Int($0) }), rate > 0,
                let channels = field("channels").flatMap({ Int($0) }), channels > 0, codec != "unknown",
                number < Self.maximumTracks
            else {
                unreadParts.append(UnreadPart(.track, "track \(number + 1) (\(codec)) cannot be decoded"))
                continue
            }
            let seconds = field("duration").flatMap { Double($0) }
            streams.append(Stream(index: index, rate: rate, channels: channels, seconds: isGuess ? nil : seconds))
        }
        // If the track is the only one, the length of the whole is its length.
        if fields["format.nb_streams"] == "1", streams.count == 1, streams[0].seconds == nil, !isGuess {
            streams[0].seconds = fields["format.duration"].flatMap { Double($0) }
        }
    }
}

extension Substring {
    /// The text without `mark` at either end.
    fileprivate func trimmed(_ mark: Character) -> Substring {
        var text = self
        if text.first == mark { text.removeFirst() }
        if text.last == mark { text.removeLast() }
        return text
    }
}
