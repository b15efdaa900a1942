import Archive
import ArgumentParser
import AudioIO
import Foundation
import Verification

/// `tonewall verify`: is each recording tone-free?
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says of each recording whether it is free of key tones.",
        discussion: """
            Folders are walked. A recording is clean, holds digits (whole key presses) or fragments (rests of 8 ms and \
            more). Which key it was is never said.

            Example: tonewall verify --format ndjson /var/spool/recordings

            Exit codes: 0 all clean, 1 tones found, 65 none found but some recording could not be judged.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

    @Argument(help: "Recordings, or folders of them.")
    var paths: [String]

    @Option(help: "text: a line a recording and a line a finding; ndjson: an object a recording.")
    var format: Format = .text

    func run() async throws {
        var found = false
        var unjudged: [String] = []
        for path in RecordingList.walk(paths) {
            guard let judgement = RecordingJudgement.hear(path) else { continue }
            print(format == .text ? VerifyText.lines(judgement) : VerifyText.object(judgement))
            if !judgement.findings.isEmpty { found = true }
            if judgement.failure != nil { unjudged.append(path) }
        }
        for path in unjudged {
            FileHandle.standardError.write(Data("tonewall: \(path): could not be judged to its end\n".utf8))
        }
        if found { throw ExitCode(1) }
        if !unjudged.isEmpty { throw ExitCode(65) }
    }
}

/// A judgement in words.
enum VerifyText {
    static func lines(_ judgement: RecordingJudgement) -> String {
        let head = "\(judgement.path): \(judgement.verdict.rawValue)"
        let rate = Double(max(1, judgement.sampleRate))
        let findings = judgement.findings.map { finding in
            let start = String(format: "%.3f", Double(finding.start) / rate)
            let length = String(format: "%.0f", Double(finding.end - finding.start) / rate * 1000)
            let level = String(format: "%.1f", finding.levelDBm0)
            return "  channel \(finding.channel)  \(start) s  \(length) ms  \(finding.kind.rawValue)  \(level) dBm0"
        }
        return ([head] + findings).joined(separator: "\n")
    }

    static func object(_ judgement: RecordingJudgement) -> String {
        struct Entry: Encodable {
            var channel: Int
            var start: Double
            var end: Double
            var kind: String
            var levelDBm0: Double

            enum CodingKeys: String, CodingKey {
                case channel, start, end, kind
                case levelDBm0 = "level_dbm0"
            }
        }
        struct Object: Encodable {
            var file: String
            var verdict: String
            var seconds: Double
            var findings: [Entry]
        }
        let rate = Double(max(1, judgement.sampleRate))
        func rounded(_ value: Double, _ places: Double) -> Double { (value * places).rounded() / places }
        let object = Object(
            file: judgement.path, verdict: judgement.verdict.rawValue, seconds: rounded(judgement.seconds, 1000),
            findings: judgement.findings.map {
                Entry(
                    channel: $0.channel, start: rounded(Double($0.start) / rate, 10000),
                    end: rounded(Double($0.end) / rate, 10000), kind: $0.kind.rawValue,
                    levelDBm0: rounded($0.levelDBm0, 10))
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return (try? encoder.encode(object)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
