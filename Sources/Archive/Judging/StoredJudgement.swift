internal import AtomicFiles
internal import Verification

/// A judgement as a line of a state file: fields with tabs between them, without digits and frequencies.
///
/// Foundation's JSON decoder traps on some truncated texts, so this format has its own reader.
struct StoredJudgement: Hashable {
    /// A finding.
    struct StoredFinding: Hashable {
        var channel: Int
        var start: Int
        var end: Int
        var kind: Finding.Kind
        /// In dBm0, without rounding, so that a known recording is reported like a new one.
        var level: Double
    }

    /// The recording's resolved name, its bytes in base 64.
    var name: String
    var device: UInt
    var inode: UInt
    var size: Int
    var modified: FileStatus.Time
    var changed: FileStatus.Time
    var sha256: String
    var rate: Int
    var channels: Int
    var frames: Int
    var findings: [StoredFinding]

    /// The judgement of a file whose resolved name is `name`; `nil` if it must not be stored.
    init?(_ judgement: RecordingJudgement, name: String) {
        guard judgement.failure == nil, judgement.remarks.isEmpty, let status = judgement.status,
            let digest = judgement.digest
        else { return nil }
        self.name = PathBytes.base64(name)
        (device, inode, size) = (status.place.device, status.place.inode, status.size)
        (modified, changed) = (status.modified, status.changed)
        (sha256, rate, channels) = (digest, judgement.sampleRate, judgement.channels)
        frames = judgement.frames
        findings = judgement.findings.map {
            StoredFinding(
                channel: $0.channel, start: $0.start, end: $0.end, kind: $0.kind,
                level: max(-300, min(300, $0.levelDBm0)))
        }
        guard isPossible else { return nil }
    }

    /// Reads a judgement; `nil` if this program cannot have written the text.
    init?(text: Substring) {
        let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
        guard fields.count == Self.fields, let device = UInt(fields[1]), let inode = UInt(fields[2]) else { return nil }
        let numbers = (fields[3..<8] + fields[9..<12]).compactMap { Int($0) }
        guard numbers.count == 8 else { return nil }
        (name, self.device, self.inode) = (String(fields[0]), device, inode)
        size = numbers[0]
        modified = FileStatus.Time(seconds: numbers[1], nanoseconds: numbers[2])
        changed = FileStatus.Time(seconds: numbers[3], nanoseconds: numbers[4])
        sha256 = String(fields[8])
        (rate, channels, frames) = (numbers[5], numbers[6], numbers[7])
        let texts = fields[12].split(separator: ";")
        findings = texts.compactMap { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 5, let channel = Int(parts[0]), let start = Int(parts[1]), let end = Int(parts[2]),
                let level = Double(parts[3]), let kind = Finding.Kind(rawValue: String(parts[4]))
            else { return nil }
            return StoredFinding(channel: channel, start: start, end: end, kind: kind, level: level)
        }
        guard findings.count == texts.count, isPossible else { return nil }
    }

    private static let fields = 13

    /// The text of the judgement in a state file.
    var text: String {
        let kept = findings.map { "\($0.channel),\($0.start),\($0.end),\($0.level),\($0.kind.rawValue)" }
        let times = [modified, changed].flatMap { [$0.seconds, $0.nanoseconds] }
        let fields =
            [name, "\(device)", "\(inode)", "\(size)"] + times.map(String.init)
            + [sha256, "\(rate)", "\(channels)", "\(frames)", kept.joined(separator: ";")]
        return fields.joined(separator: "\t")
    }

    /// Whether this program may have written it. Anything else in a state file is dropped.
    var isPossible: Bool {
        let longest = 1 << 48
        return (4000...768_000).contains(rate) && (1...64).contains(channels) && (0...longest).contains(frames)
            && size >= 0 && sha256.utf8.count == 64
            && findings.allSatisfy {
                (0..<channels).contains($0.channel) && (0...longest).contains($0.start)
                    && ($0.start...longest).contains($0.end) && (-300...300).contains($0.level)
            }
    }

    /// Whether the file's status is still that of the judged file.
    func holds(for status: FileStatus) -> Bool {
        status.kind == .file && status.place == FileIdentity(device: device, inode: inode)
            && status.size == size && status.modified == modified && status.changed == changed
    }

    /// The judgement for the recording's present name, `path`.
    func judgement(of path: String, status: FileStatus) -> RecordingJudgement {
        var judgement = RecordingJudgement(path: path)
        (judgement.sampleRate, judgement.channels, judgement.frames) = (rate, channels, frames)
        (judgement.digest, judgement.size, judgement.status) = (sha256, size, status)
        judgement.findings = findings.map {
            Finding(
                channel: $0.channel, start: $0.start, end: $0.end, kind: $0.kind,
                levelDBm0: $0.level, lowHz: 0, highHz: 0)
        }
        return judgement
    }
}
