internal import AtomicFiles
internal import AudioIO
package import Foundation

/// Writes a report: pictures with each recording, then the page, the tables and the signed summary at the end.
package struct ReportFolder {
    private let folder: OutputFolder
    private let options: JudgingOptions
    private let revealed: Bool
    private var records: [JudgementRecord] = []
    private var pictures: [[FindingPictures.Picture]] = []
    private var links: [String?] = []
    private let link: RelativeLink

    /// Starts a report.
    ///
    /// - Parameters:
    ///   - folder: The report's folder, created if it is missing.
    ///   - options: How the recordings are read for their pictures.
    ///   - revealed: Whether pictures and tables show which digits were found.
    package init(_ folder: String, options: JudgingOptions, revealed: Bool) throws(ReportError) {
        self.options = options
        self.revealed = revealed
        do throws(AudioFileError) { try WholeFile.makeFolder(folder) } catch {
            throw .cannotWrite(path: folder, reason: error.reason)
        }
        do throws(AtomicFileError) {
            self.folder = try OutputFolder(folder)
        } catch { throw ReportError(error) }
        try Self.refuseForeign(self.folder)
        do throws(AtomicFileError) {
            try self.folder.write([], as: Self.unfinished)
            try self.folder.make("pictures")
        } catch { throw ReportError(error) }
        link = RelativeLink(from: folder)
    }

    /// Adds a recording, with pictures of its findings.
    package mutating func add(_ judgement: RecordingJudgement, _ record: JudgementRecord) throws(ReportError) {
        add(record)
        if judgement.findings.isEmpty { return }
        links[links.count - 1] = link.relative(to: judgement.path)
        pictures[pictures.count - 1] = try FindingPictures.write(
            judgement, options: options, to: folder, prefix: String(records.count),
            masked: !revealed)
    }

    /// Adds a file that was not read.
    package mutating func add(_ record: JudgementRecord) {
        records.append(record)
        pictures.append([])
        links.append(nil)
    }

    /// Writes `index.html`, `recordings.csv`, `junit.xml`, and the signed `summary.json`.
    package func finish(
        tool: String, time: Date, settings: [String: String], totals: ArchiveTotals, isPartial: Bool, key: ReportKey
    ) throws(ReportError) {
        var summary = ReportSummary(
            tool: tool, time: time, settings: settings, isPartial: isPartial, totals: totals, recordings: records)
        try write(ReportPage(summary: summary, pictures: pictures, links: links).text, as: "index.html")
        try write(JudgementCSV.head + records.map(JudgementCSV.lines).joined(), as: "recordings.csv")
        try write(JUnit.document(records, totals: totals, isPartial: isPartial), as: "junit.xml")
        for name in Self.pages + pictures.joined().compactMap(\.file) {
            do throws(RecordingFailure) {
                summary.files[name] = try FileDigest.sha256(of: PathBytes.join(folder.path, name))
            } catch { throw .cannotWrite(path: PathBytes.join(folder.path, name), reason: "it is gone") }
        }
        try summary.write(to: folder, key: key)
        folder.remove(Self.unfinished)
    }

    /// The mark of an unfinished report; a later run may overwrite such a report.
    private static let unfinished = ".unfinished-report"
    private static let pages = ["index.html", "recordings.csv", "junit.xml"]

    /// Throws if the folder holds files that a report would overwrite and is not a report.
    private static func refuseForeign(_ folder: OutputFolder) throws(ReportError) {
        if folder.contains(ReportSummary.signatureName) || folder.contains(unfinished) { return }
        let foreign = (pages + [ReportSummary.name]).first(where: folder.contains)
        guard let name = foreign ?? (folder.isEmpty("pictures") ? nil : "pictures") else { return }
        throw .cannotWrite(path: PathBytes.join(folder.path, name), reason: "it is there already, and of no report")
    }

    private func write(_ text: String, as name: String) throws(ReportError) {
        do throws(AtomicFileError) { try folder.write(Array(text.utf8), as: name) } catch {
            throw ReportError(error)
        }
    }
}
