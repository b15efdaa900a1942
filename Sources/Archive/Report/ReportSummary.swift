internal import AtomicFiles
public import Foundation

/// What a report says of its recordings, in the form that is signed: `summary.json`.
public struct ReportSummary: Sendable, Codable, Hashable {
    /// Name and version of what made it.
    public var tool: String
    /// When the run ended, ISO 8601, UTC.
    public var time: String
    /// The command line's settings, as name and value.
    public var settings: [String: String]
    /// Whether the run was stopped before every recording was judged.
    public var isPartial: Bool
    public var totals: ArchiveTotals
    public var recordings: [JudgementRecord]
    /// SHA-256 of the report's other files by name.
    public var files: [String: String]

    enum CodingKeys: String, CodingKey {
        case tool, time, settings, totals, recordings, files
        case isPartial = "partial"
    }

    public init(
        tool: String, time: Date, settings: [String: String], isPartial: Bool, totals: ArchiveTotals,
        recordings: [JudgementRecord], files: [String: String] = [:]
    ) {
        self.tool = tool
        self.time = time.formatted(.iso8601)
        self.settings = settings
        self.isPartial = isPartial
        self.totals = totals
        self.recordings = recordings
        self.files = files
    }

    /// The bytes that are signed: members in order of name, so that equal summaries are equal bytes.
    func encoded() -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return (try? encoder.encode(self)) ?? Data()
    }
}

/// What a check of a report found.
public struct ReportCheck: Sendable, Hashable {
    /// Whether the signature is the key's of this summary.
    public var isAuthentic: Bool
    public var summary: ReportSummary
    /// Recordings whose bytes are not those that were judged.
    public var changed: [String] = []
    /// Recordings that are not there any more.
    public var missing: [String] = []
    /// Files of the report itself that are not as they were made.
    public var changedFiles: [String] = []

    /// Whether everything is as it was when the report was made.
    public var isIntact: Bool { isAuthentic && changed.isEmpty && missing.isEmpty && changedFiles.isEmpty }
}

extension ReportSummary {
    static let name = "summary.json"
    static let signatureName = "summary.json.sig"

    /// Writes the summary and its signature into the report's folder.
    func write(to folder: String, key: ReportKey) throws(ReportError) {
        let data = encoded()
        let signature = try key.sign(Array(data))
        do throws(AtomicFileError) {
            try AtomicFile.write(Array(data), to: folder + "/" + Self.name)
            try AtomicFile.write(signature, to: folder + "/" + Self.signatureName)
        } catch { throw ReportError(error) }
    }

    /// Checks the report in `folder`: its signature, its files, and the recordings where they lie.
    public static func check(_ folder: String, key: ReportKey) throws(ReportError) -> ReportCheck {
        let base = URL(filePath: folder, directoryHint: .isDirectory)
        guard let data = try? Data(contentsOf: base.appending(path: name)) else {
            throw .noReport(path: folder, reason: "it holds no \(name)")
        }
        guard let signature = try? Data(contentsOf: base.appending(path: signatureName)) else {
            throw .noReport(path: folder, reason: "it holds no \(signatureName)")
        }
        guard let summary = try? JSONDecoder().decode(ReportSummary.self, from: data) else {
            throw .noReport(path: folder, reason: "its \(name) cannot be read")
        }
        var check = ReportCheck(
            isAuthentic: try key.verifies(Array(signature), of: Array(data)), summary: summary)
        for (file, digest) in summary.files.sorted(by: { $0.key < $1.key }) {
            if (try? FileDigest.sha256(of: base.appending(path: file).path)) != digest {
                check.changedFiles.append(file)
            }
        }
        for record in summary.recordings {
            guard let digest = record.sha256 else { continue }
            if !FileManager.default.fileExists(atPath: record.file) {
                check.missing.append(record.file)
            } else if (try? FileDigest.sha256(of: record.file)) != digest {
                check.changed.append(record.file)
            }
        }
        return check
    }
}
