internal import AtomicFiles
internal import AudioIO
package import Foundation
internal import Glibc
internal import TextFormats

/// The content of a report in the form that is signed: `summary.json`.
package struct ReportSummary: Sendable, Codable, Hashable {
    /// Name and version of the program that made it.
    package var tool: String
    /// When the run ended, ISO 8601, UTC.
    package var time: String
    /// The command line's settings, as name and value.
    package var settings: [String: String]
    /// Whether the run was stopped before every recording was judged.
    package var isPartial: Bool
    package var totals: ArchiveTotals
    package var recordings: [JudgementRecord]
    /// SHA-256 of the report's other files by name.
    package var files: [String: String]

    enum CodingKeys: String, CodingKey {
        case tool, time, settings, totals, recordings, files
        case isPartial = "partial"
    }

    package init(
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

    /// The bytes that are signed. Members are in order of name, so that equal summaries have equal bytes.
    func encoded() -> Data {
        Data(SafeJSON.encode(self, isPretty: true).utf8)
    }
}

/// The result of checking a report.
package struct ReportCheck: Sendable, Hashable {
    /// The summary; `nil` if the signature is missing or does not match. Nothing else was checked then.
    package var summary: ReportSummary?
    /// Recordings changed since they were judged.
    package var changed: [String] = []
    /// Recordings that are missing now.
    package var missing: [String] = []
    /// Files of the report changed since it was written.
    package var changedFiles: [String] = []

    /// Whether everything is as it was when the report was written.
    package var isIntact: Bool { summary != nil && changed.isEmpty && missing.isEmpty && changedFiles.isEmpty }
}

extension ReportSummary {
    static let name = "summary.json"
    static let signatureName = "summary.json.sig"

    /// Writes the summary and its signature into the report's folder.
    func write(to folder: OutputFolder, key: ReportKey) throws(ReportError) {
        let data = encoded()
        let signature = try key.sign(Array(data))
        do throws(AtomicFileError) {
            try folder.write(Array(data), as: Self.name)
            try folder.write(signature, as: Self.signatureName)
        } catch { throw ReportError(error) }
    }

    /// Checks a report: its signature, its files, and the recordings.
    ///
    /// - Parameters:
    ///   - folder: The report's folder.
    ///   - key: The public key.
    package static func check(_ folder: String, key: ReportKey) throws(ReportError) -> ReportCheck {
        let data: [UInt8]
        do throws(AudioFileError) { data = try WholeFile.read(PathBytes.join(folder, name)) } catch {
            if case .notFound = error { throw .noReport(path: folder, reason: "it holds no \(name)") }
            throw .noReport(path: folder, reason: "its \(name) cannot be read: \(error.reason)")
        }
        // The signature comes first; an unsigned summary is not parsed.
        let signature = try? WholeFile.read(PathBytes.join(folder, signatureName), limit: 1 << 16)
        guard try key.verifies(signature ?? [], of: data) else { return ReportCheck(summary: nil) }
        guard JSONNesting.isShallow(data), let summary = try? JSONDecoder().decode(ReportSummary.self, from: Data(data))
        else {
            throw .noReport(path: folder, reason: "its \(name) cannot be read")
        }
        var check = ReportCheck(summary: summary)
        for (file, digest) in summary.files.sorted(by: { $0.key < $1.key }) {
            if (try? FileDigest.sha256(of: PathBytes.join(folder, file))) != digest {
                check.changedFiles.append(file)
            }
        }
        for record in summary.recordings {
            guard let digest = record.sha256 else { continue }
            if unsafe access(record.file.systemName, F_OK) != 0 {
                check.missing.append(record.file)
            } else if (try? FileDigest.sha256(of: record.file)) != digest {
                check.changed.append(record.file)
            }
        }
        return check
    }
}
