internal import AtomicFiles
internal import AudioIO
internal import Foundation
internal import Verification

/// A judgement in the form of reports: seconds instead of frames, and a key only at the user's request.
package struct JudgementRecord: Sendable, Hashable, Codable {
    /// One finding.
    package struct Entry: Sendable, Hashable, Codable {
        package var channel: Int
        /// Seconds from the recording's start.
        package var start: Double
        package var end: Double
        /// `digit` or `fragment`.
        package var kind: String
        package var levelDBm0: Double
        /// The key, if the user requested it.
        package var digit: String?

        enum CodingKeys: String, CodingKey {
            case channel, start, end, kind, digit
            case levelDBm0 = "level_dbm0"
        }
    }

    /// The recording's name as text: ``PathBytes/shown(_:)`` if it is not valid UTF-8.
    private var shownFile: String
    /// The bytes of the name in base 64, if it is not valid UTF-8.
    package private(set) var pathBytes: String?
    package var verdict: Verdict
    package var seconds: Double
    package var rate: Int
    package var channels: Int
    package var findings: [Entry]
    /// Why the recording could not be judged to its end.
    package var reason: String?
    /// A warning about a recording that was judged.
    package var warning: String?
    package var sha256: String?
    /// Seconds that it took to judge.
    package var runSeconds: Double?

    /// The record of a file that was not read.
    ///
    /// - Parameters:
    ///   - verdict: ``Verdict/skipped`` or ``Verdict/other``.
    ///   - path: The file.
    ///   - reason: Why, in words.
    package init(_ verdict: Verdict, path: String, reason: String?) {
        self.init(RecordingJudgement(path: path), revealed: false, reason: reason, warning: nil)
        self.verdict = verdict
        runSeconds = nil
    }

    /// The record of a judgement.
    ///
    /// - Parameters:
    ///   - judgement: The judgement.
    ///   - revealed: Whether the digits are in the record.
    ///   - reason: The failure in words.
    ///   - warning: The remarks in words.
    package init(_ judgement: RecordingJudgement, revealed: Bool, reason: String?, warning: String?) {
        let rate = Double(max(1, judgement.sampleRate))
        shownFile = PathBytes.isText(judgement.path) ? judgement.path : PathBytes.shown(judgement.path)
        pathBytes = PathBytes.isText(judgement.path) ? nil : PathBytes.base64(judgement.path)
        verdict = judgement.verdict
        seconds = Self.rounded(judgement.seconds, 1e3)
        self.rate = judgement.sampleRate
        channels = judgement.channels
        findings = judgement.findings.map {
            Entry(
                channel: $0.channel, start: Self.rounded(Double($0.start) / rate, 1e4),
                end: Self.rounded(Double($0.end) / rate, 1e4), kind: $0.kind.rawValue,
                levelDBm0: Self.rounded($0.levelDBm0, 10), digit: revealed ? String($0.revealedKey) : nil)
        }
        self.reason = reason
        self.warning = warning
        sha256 = judgement.digest
        runSeconds = Self.rounded(judgement.elapsed / .seconds(1), 1e3)
    }

    /// The recording's name, which opens its file.
    package var file: String {
        pathBytes.flatMap { Data(base64Encoded: $0) }.map { PathBytes.text($0) } ?? shownFile
    }

    enum CodingKeys: String, CodingKey {
        case verdict, seconds, rate, channels, findings, reason, warning, sha256
        case shownFile = "file"
        case pathBytes = "path_bytes"
        case runSeconds = "run_seconds"
    }

    private static func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}
