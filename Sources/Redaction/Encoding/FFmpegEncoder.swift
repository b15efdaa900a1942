import Codecs
internal import AtomicFiles
internal import AudioIO
internal import Foundation
internal import Glibc

/// Encodes a recording that only the `ffmpeg` command can write.
///
/// Its pictures, subtitles, chapters and tags are copied. Its one audio track is encoded in its own coding with its own
/// bit rate. The result is checked: if a tag is missing, nothing is written.
struct FFmpegEncoder {
    private let encoder: Encoder
    private let samples: AtomicFile

    init(_ encoder: Encoder, _ samples: AtomicFile) { (self.encoder, self.samples) = (encoder, samples) }

    private static let passes = 4
    private static let tolerance = 0.05

    /// ffmpeg's encoders by coding, where their names differ.
    private static let coders = [
        "opus": "libopus", "vorbis": "libvorbis", "mp3": "libmp3lame", "amr_nb": "libopencore_amrnb",
        "amr_wb": "libvo_amrwbenc", "gsm": "libgsm", "gsm_ms": "libgsm_ms", "speex": "libspeex",
    ]

    /// Writes the file. Returns the changes, or `nil` if it was stopped.
    func encode() throws(RedactionRefusal) -> [String]? {
        guard ChildProcess.path(of: "ffmpeg") != nil else {
            throw encoder.refusal("the ffmpeg command, which could write it, is not installed")
        }
        guard let old = FFprobe(encoder.recording.descriptor), let track = old.audio.first, let coding = track.coding
        else {
            throw encoder.refusal("ffmpeg cannot tell what it is")
        }
        if old.audio.count > 1 { throw encoder.refusal("it has \(old.audio.count) audio tracks") }
        if coding == "aac", let profile = track.profile, profile != "LC" {
            throw encoder.refusal("its coding, AAC \(profile), cannot be written")
        }
        let isLossless = Self.lossless.contains(coding) || coding.hasPrefix("pcm_")
        let original = isLossless ? nil : rate(of: old, encoder.recording.descriptor)
        var asked = original
        for pass in 1...Self.passes {
            guard try run(old, track, Self.coders[coding] ?? coding, rate: asked) else { return nil }
            guard let new = FFprobe(encoder.file.descriptor), new.audio.first?.coding == coding else {
                throw encoder.refusal("what ffmpeg wrote is not in its coding, \(coding)")
            }
            let lost = old.tags.filter { new.tags[$0.key] != $0.value }.keys.sorted()
            if !lost.isEmpty { throw encoder.refusal("its tags \(lost.joined(separator: ", ")) would be lost") }
            if new.streams.count != old.streams.count { throw encoder.refusal("some of its tracks would be lost") }
            guard let wanted = original, let rate = asked, let measured = self.rate(of: new, encoder.file.descriptor)
            else { return [] }
            if abs(measured / wanted - 1) <= Self.tolerance || pass == Self.passes {
                return encoder.changes(from: wanted, to: measured)
            }
            asked = rate * wanted / max(1, measured)
        }
        return []
    }

    /// Codings whose rate follows from their samples.
    private static let lossless: Set<String> = ["alac", "flac", "wavpack", "tta"]

    private func rate(of probe: FFprobe, _ descriptor: Int32) -> Double? {
        probe.rate ?? FFprobe.packetRate(descriptor, seconds: encoder.seconds)
    }

    /// Encodes; `false` if it was stopped.
    private func run(
        _ old: FFprobe, _ track: FFprobe.Stream, _ coder: String, rate: Double?
    ) throws(RedactionRefusal) -> Bool {
        guard ftruncate(encoder.file.descriptor, 0) == 0, let path = ChildProcess.path(of: "ffmpeg") else {
            throw encoder.refusal("its copy cannot be begun")
        }
        let format = encoder.reader.format
        guard let shape = format.encoding.ffmpegName else {
            throw encoder.refusal("its samples cannot be handed on")
        }
        let offset = old.streams.count > 1 ? track.start.map { ["-itsoffset", $0] } ?? [] : []
        let source =
            offset + ["-f", shape, "-ar", String(format.sampleRate), "-ac", String(format.channels)]
            + ["-i", "file:/proc/self/fd/4", "-protocol_whitelist", "file", "-i", "file:/proc/self/fd/3"]
        let others = ["-map", "1:v?", "-map", "1:s?", "-c", "copy"]
        let isFirst = old.streams.first?.kind == "audio"
        let maps = isFirst ? ["-map", "0:a"] + others : others.prefix(4) + ["-map", "0:a"] + others.suffix(2)
        let tags = ["-map_metadata", "1", "-map_metadata:s:a:0", "1:s:a:0", "-map_chapters", "1"]
        let bits = rate.map { ["-b:a", String(Int($0.rounded()))] } ?? []
        let shapes = rate == nil ? track.samples.map { ["-sample_fmt", $0] } ?? [] : []
        let target = ["-c:a", coder] + bits + shapes + ["-f", try muxer(old), "-y", "file:/proc/self/fd/5"]
        let limits = ChildProcess.Limits(seconds: 30 + Int(encoder.seconds), written: 1 << 40)
        let arguments =
            ["-nostdin", "-v", "error", "-hide_banner", "-progress", "pipe:1", "-stats_period", "0.2"] + source + maps
            + tags + target
        let files = [encoder.recording.descriptor, samples.descriptor, encoder.file.descriptor]
        guard let child = ChildProcess(path, arguments, files: files, limits: limits) else {
            throw encoder.refusal("ffmpeg cannot be started")
        }
        // ffmpeg's progress output gives this process the occasion to check for a stop.
        var words: [UInt8] = []
        while child.read(upTo: 4096, appendingTo: &words) > 0 {
            words.removeAll(keepingCapacity: true)
            if !encoder.shouldContinue() { return false }
        }
        guard child.exit == 0 else {
            throw encoder.refusal("ffmpeg: \(child.complaints.last ?? "it failed")")
        }
        return true
    }

    /// ffmpeg's name of the muxer for the recording's container.
    private func muxer(_ old: FFprobe) throws(RedactionRefusal) -> String {
        let names = old.format.name.split(separator: ",").map(String.init)
        let suffix = PathBytes.suffix(encoder.recording.path)
        switch names.first {
        case "mov":
            let brand = old.format.tags?["major_brand"] ?? ""
            if brand.hasPrefix("M4A") { return "ipod" }
            if brand.hasPrefix("qt") { return "mov" }
            return brand.hasPrefix("3gp") ? "3gp" : brand.hasPrefix("3g2") ? "3g2" : "mp4"
        case "matroska": return suffix == "webm" ? "webm" : "matroska"
        case "aac": return "adts"
        case "mp3": return old.audio.first?.coding == "mp2" ? "mp2" : "mp3"
        case let name? where names.count == 1: return name
        default: throw encoder.refusal("ffmpeg cannot write its container")
        }
    }
}
