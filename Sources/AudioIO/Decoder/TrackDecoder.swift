import Codecs

/// Decodes every audio track of a file that neither this package nor libsndfile can read, by the `ffmpeg` command.
///
/// The command is used instead of its libraries, so that a hostile file can harm only a separate process. That process
/// has limits on time and memory, no network, no other file, and only the pipe for output. Tracks become channels, one
/// after the other, and the shorter ones end in silence.
final class TrackDecoder {
    /// 32-bit floats at the highest rate of any track.
    let format: AudioFormat
    /// ffmpeg's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    let containerName: String
    private(set) var unreadParts: [UnreadPart] = []
    /// Seconds by which a container's length may exceed its samples: two packets of an encoder and its delay.
    private static let toleratedSeconds = 0.12
    private let name: String
    private var tracks: [Track] = []

    /// A track during decoding.
    private struct Track {
        var stream: TrackList.Stream
        var child: ChildProcess
        /// Decoded samples that were not delivered yet.
        var held: [UInt8] = []
        /// Number of bytes from its decoder.
        var bytes = 0
        var isOver = false
    }

    /// - Parameter demuxer: ffmpeg's name of the demuxer, if only the file's name identifies the kind.
    init(_ input: ByteInput, demuxer: String? = nil) throws(AudioFileError) {
        let tool = try FFmpeg(input, demuxer: demuxer)
        let list = try tool.tracks()
        name = input.name
        containerName = list.container
        let rate = list.streams.map(\.rate).max() ?? 0
        format = AudioFormat(
            sampleRate: rate, channels: list.streams.reduce(0) { $0 + $1.channels }, encoding: .float32)
        if let flaw = format.flaw { throw .impossibleFormat(path: name, detail: flaw) }
        for stream in list.streams {
            tracks.append(Track(stream: stream, child: try tool.decode(stream, rate: rate)))
        }
        unreadParts = list.unreadParts
    }

    /// Reads up to `frames` frames and appends them to `bytes`. Returns 0 at the end of the longest track.
    func read(frames: Int, into bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        for index in tracks.indices { fill(index, frames: frames) }
        let counts = tracks.map { $0.held.count / (4 * $0.stream.channels) }
        // A finished track gives silence until the longest one ends.
        let count = min(
            frames, tracks.indices.filter { !tracks[$0].isOver }.map { counts[$0] }.min() ?? counts.max() ?? 0)
        guard count > 0 else { return 0 }
        if tracks.count == 1 {
            bytes += tracks[0].held.prefix(count * format.bytesPerFrame)
        } else {
            for frame in 0..<count {
                for track in tracks {
                    let size = 4 * track.stream.channels
                    let sample = track.held.dropFirst(frame * size).prefix(size)
                    bytes += sample
                    bytes.append(contentsOf: repeatElement(0, count: size - sample.count))
                }
            }
        }
        for index in tracks.indices {
            let size = 4 * tracks[index].stream.channels
            tracks[index].held.removeFirst(min(tracks[index].held.count, count * size))
        }
        return count
    }

    private func fill(_ index: Int, frames: Int) {
        let wanted = frames * 4 * tracks[index].stream.channels
        while !tracks[index].isOver && tracks[index].held.count < wanted {
            let missing = wanted - tracks[index].held.count
            let count = tracks[index].child.read(upTo: missing, appendingTo: &tracks[index].held)
            tracks[index].bytes += count
            if count == 0 { end(index) }
        }
    }

    /// Handles the end of a track: the errors of its decoder, and whether its length is that of the container.
    private func end(_ index: Int) {
        tracks[index].isOver = true
        let (child, stream) = (tracks[index].child, tracks[index].stream)
        tracks[index].held.removeLast(tracks[index].held.count % (4 * stream.channels))
        let track = tracks.count > 1 ? "track \(index + 1): " : ""
        if let complaint = child.complaints.first {
            unreadParts.append(UnreadPart(.undecoded, "\(track)ffmpeg: \(complaint)"))
        } else if let code = child.exit, code != 0 {
            unreadParts.append(UnreadPart(.undecoded, "\(track)ffmpeg ended with \(code) before the end"))
        }
        let seconds = Double(tracks[index].bytes / (4 * stream.channels)) / Double(format.sampleRate)
        if let promised = stream.seconds, seconds < promised - Self.toleratedSeconds {
            func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
            unreadParts.append(UnreadPart(.missing, "\(track)\(rounded(seconds)) of \(rounded(promised)) s are there"))
        }
    }
}
