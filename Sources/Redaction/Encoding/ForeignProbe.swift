internal import AudioIO
internal import Foundation

/// What `ffprobe` tells of a file.
struct ForeignProbe: Decodable {
    struct Stream: Decodable {
        var kind: String
        var coding: String?
        var profile: String?
        var rate: String?
        var start: String?
        var tags: [String: String]?

        enum CodingKeys: String, CodingKey {
            case kind = "codec_type"
            case coding = "codec_name"
            case profile
            case rate = "bit_rate"
            case start = "start_time"
            case tags
        }
    }

    struct Format: Decodable {
        var name: String
        var rate: String?
        var tags: [String: String]?

        enum CodingKeys: String, CodingKey {
            case name = "format_name"
            case rate = "bit_rate"
            case tags
        }
    }

    var streams: [Stream]
    var format: Format

    var audio: [Stream] { streams.filter { $0.kind == "audio" } }

    /// Bits a second of the audio; of the whole file where that is all that is known of its one stream.
    var rate: Double? {
        (audio.first?.rate ?? (streams.count == 1 ? format.rate : nil)).flatMap { Double($0) }
    }

    /// Tags that people and programs wrote, by name in lower case, without those that describe the file itself.
    var tags: [String: String] {
        var tags: [String: String] = [:]
        for (name, value) in (audio.first?.tags ?? [:]).merging(format.tags ?? [:], uniquingKeysWith: { $1 }) {
            let name = name.lowercased()
            if !Self.own.contains(name) && !name.hasPrefix("_statistics") { tags[name] = value }
        }
        return tags
    }

    private static let own: Set<String> = [
        "encoder", "major_brand", "minor_version", "compatible_brands", "vendor_id", "handler_name", "duration",
        "number_of_frames", "number_of_bytes", "bps",
    ]

    /// Asks `ffprobe` of the open file behind `descriptor`; `nil` where it cannot say.
    init?(_ descriptor: Int32) {
        guard let path = ChildProcess.path(of: "ffprobe") else { return nil }
        let arguments = [
            "-v", "error", "-hide_banner", "-show_streams", "-show_format", "-of", "json", "-protocol_whitelist", "file",
            "-i", "file:/proc/self/fd/3",
        ]
        let limits = ChildProcess.Limits(seconds: 10)
        guard let child = ChildProcess(path, arguments, files: [descriptor], limits: limits) else { return nil }
        let text = child.readAll(limit: 1 << 22)
        guard child.exit == 0, let probe = try? JSONDecoder().decode(ForeignProbe.self, from: Data(text)) else {
            return nil
        }
        self = probe
    }
}
