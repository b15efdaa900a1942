internal import AudioIO
internal import Foundation
internal import TextFormats

/// The output of `ffprobe` for a file.
struct FFprobe: Decodable {
    struct Stream: Decodable {
        var kind: String
        var coding: String?
        var profile: String?
        var rate: String?
        var samples: String?
        var start: String?
        var tags: [String: String]?

        enum CodingKeys: String, CodingKey {
            case kind = "codec_type"
            case coding = "codec_name"
            case profile
            case rate = "bit_rate"
            case samples = "sample_fmt"
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

    /// Bits a second of the audio according to the file; `nil` if it does not say.
    var rate: Double? { audio.first?.rate.flatMap { Double($0) } }

    /// Bits a second of the audio packets in the open file behind `descriptor`, which lasts `seconds`.
    static func packetRate(_ descriptor: Int32, seconds: Double) -> Double? {
        guard let path = ChildProcess.path(of: "ffprobe") else { return nil }
        let arguments = [
            "-v", "error", "-hide_banner", "-select_streams", "a", "-show_entries", "packet=size", "-of", "csv=p=0",
            "-protocol_whitelist", "file", "-i", "file:/proc/self/fd/3",
        ]
        let limits = ChildProcess.Limits(seconds: 60)
        guard let child = ChildProcess(path, arguments, files: [descriptor], limits: limits) else { return nil }
        let text = String(decoding: child.readAll(limit: 1 << 24), as: UTF8.self)
        let bytes = text.split { !$0.isNumber }.reduce(0) { $0 + (Int($1) ?? 0) }
        return child.exit == 0 && bytes > 0 && seconds > 0 ? Double(8 * bytes) / seconds : nil
    }

    /// Tags by name in lower case, without those that describe the file itself.
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

    /// Runs `ffprobe` on the open file behind `descriptor`; `nil` if it fails.
    init?(_ descriptor: Int32) {
        guard let path = ChildProcess.path(of: "ffprobe") else { return nil }
        let arguments = [
            "-v", "error", "-hide_banner", "-show_streams", "-show_format", "-of", "json", "-protocol_whitelist",
            "file",
            "-i", "file:/proc/self/fd/3",
        ]
        let limits = ChildProcess.Limits(seconds: 10)
        guard let child = ChildProcess(path, arguments, files: [descriptor], limits: limits) else { return nil }
        let text = child.readAll(limit: 1 << 22)
        guard child.exit == 0, JSONNesting.isShallow(text),
            let probe = try? JSONDecoder().decode(FFprobe.self, from: Data(text))
        else { return nil }
        self = probe
    }
}
