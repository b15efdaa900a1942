internal import AtomicFiles
internal import AudioIO
public import Foundation

/// A report being made: pictures as findings come, the page, the tables and the signed summary at the end.
public struct ReportFolder {
    private let folder: String
    private let options: HearingOptions
    private let revealed: Bool
    private var records: [JudgementRecord] = []
    private var pictures: [[FindingPictures.Picture]] = []
    private var links: [String?] = []
    private let link: ReportLink

    /// A report in `folder`, which is made where it is not there.
    ///
    /// - Parameter revealed: whether pictures and tables tell which keys they were.
    public init(_ folder: String, options: HearingOptions, revealed: Bool) throws(ReportError) {
        self.folder = folder
        self.options = options
        self.revealed = revealed
        do throws(AudioFileError) { try WholeFile.makeFolder(PathBytes.join(folder, "pictures")) } catch {
            throw .cannotWrite(path: folder, reason: error.reason)
        }
        link = ReportLink(from: folder)
    }

    /// Adds a recording, with pictures of its findings.
    public mutating func add(_ judgement: RecordingJudgement, _ record: JudgementRecord) throws(ReportError) {
        add(record)
        if judgement.findings.isEmpty { return }
        links[links.count - 1] = link.relative(to: judgement.path)
        pictures[pictures.count - 1] = try FindingPictures.write(
            judgement, options: options, to: PathBytes.join(folder, "pictures"), prefix: String(records.count),
            masked: !revealed)
    }

    /// Adds what was not heard.
    public mutating func add(_ record: JudgementRecord) {
        records.append(record)
        pictures.append([])
        links.append(nil)
    }

    /// Writes `index.html`, `recordings.csv`, `junit.xml`, and the signed `summary.json`.
    public func finish(
        tool: String, time: Date, settings: [String: String], totals: ArchiveTotals, isPartial: Bool, key: ReportKey
    ) throws(ReportError) {
        var summary = ReportSummary(
            tool: tool, time: time, settings: settings, isPartial: isPartial, totals: totals, recordings: records)
        try write(ReportPage(summary: summary, pictures: pictures, links: links).text, as: "index.html")
        try write(CommaSeparated.head + records.map(CommaSeparated.lines).joined(), as: "recordings.csv")
        try write(JUnit.document(records, totals: totals, isPartial: isPartial), as: "junit.xml")
        for name in ["index.html", "recordings.csv", "junit.xml"] + pictures.joined().compactMap(\.file) {
            do throws(RecordingFailure) {
                summary.files[name] = try FileDigest.sha256(of: PathBytes.join(folder, name))
            } catch { throw .cannotWrite(path: PathBytes.join(folder, name), reason: "it is gone") }
        }
        try summary.write(to: folder, key: key)
    }

    private func write(_ text: String, as name: String) throws(ReportError) {
        do throws(AtomicFileError) { try AtomicFile.write(text, to: PathBytes.join(folder, name)) } catch {
            throw ReportError(error)
        }
    }
}
