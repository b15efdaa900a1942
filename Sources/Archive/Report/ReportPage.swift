internal import AtomicFiles
internal import Foundation
internal import Secrets
internal import TextFormats

/// The report as one HTML page that needs neither a network nor scripts: findings first, then what was not judged, then
/// every recording. With scripts it can be searched, filtered and sorted.
struct ReportPage {
    let summary: ReportSummary
    /// Pictures of each recording's runs of findings.
    let pictures: [[FindingPictures.Picture]]
    /// A link to each recording, if there is one.
    let links: [String?]

    /// The whole page.
    var text: String {
        var text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        text += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.policy)\">\n"
        text += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        text += "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
        text += "<title>\(XMLText.escaped(answer))</title>\n<style>\(Self.style)</style>\n</head>\n<body>\n"
        text += heading + totals + Self.tools + findings + notJudged + recordings + otherFiles + circumstances
        return text + "<script>\(Self.script)</script>\n</body>\n</html>\n"
    }

    /// Only the report's own pictures are loaded, and only the page's own script runs.
    private static var policy: String {
        func hash(_ text: String) -> String {
            "'sha256-\(Data(SHA256.digest(of: Array(text.utf8))).base64EncodedString())'"
        }
        return "default-src 'none'; img-src 'self' file: data:; style-src \(hash(style)); script-src \(hash(script)); "
            + "base-uri 'none'; form-action 'none'"
    }

    /// The result of the run in one sentence.
    private var answer: String {
        let sums = summary.totals
        let bad = sums.withDigits + sums.withFragments
        if bad > 0 { return "\(bad) of \(sums.recordings) recordings hold key tones" }
        let open = sums.unjudged + sums.skippedFiles
        if open > 0 { return "No key tones found, but \(open) could not be judged" }
        return "No key tones in \(sums.recordings) recordings"
    }

    private var heading: String {
        var text = "<header><h1>\(XMLText.escaped(answer))</h1>\n"
        if summary.isPartial {
            text += "<p class=\"partial\">Partial: the run was stopped before every recording was judged.</p>\n"
        }
        return text + "<p>\(XMLText.escaped(summary.tool)), \(XMLText.escaped(summary.time))"
            + (summary.settings["user"].map { ", by \(XMLText.escaped($0))" } ?? "")
            + (summary.settings["host"].map { " on \(XMLText.escaped($0))" } ?? "") + "</p></header>\n"
    }

    private var totals: String {
        let sums = summary.totals
        let tiles: [(name: String, value: String, style: String)] = [
            ("with digits", "\(sums.withDigits)", "digits"),
            ("with fragments only", "\(sums.withFragments)", "fragments"),
            ("could not be judged", "\(sums.unjudged)", "unjudged"),
            ("passed over", "\(sums.skippedFiles)", "passed-over"),
            ("clean", "\(sums.clean)", "clean"), ("recordings", "\(sums.recordings)", ""),
            ("hours heard", fixed(sums.seconds / 3600, decimals: 2), ""), ("other files", "\(sums.otherFiles)", ""),
        ]
        let cells = tiles.map { "<div class=\"tile \($0.style)\"><b>\($0.value)</b> <span>\($0.name)</span></div>" }
        return "<section class=\"tiles\" aria-label=\"Totals\">\(cells.joined())</section>\n"
    }

    private static let tools = """
        <form id="tools" hidden><label>Search <input type="search" id="search"></label>
        <label>Show <select id="verdict"><option value="">everything</option><option value="digits">digits</option>
        <option value="fragments">fragments only</option><option value="unjudged">not judged</option>
        <option value="passed-over">passed over</option><option value="clean">clean</option></select></label>
        <output id="shown"></output></form>

        """

    /// The files that were not judged, each with its reason.
    private var notJudged: String {
        let open = summary.recordings.filter { $0.reason != nil && $0.verdict != .other }
        if open.isEmpty { return "" }
        let rows = open.map { record in
            "<tr class=\"item\" data-verdict=\"\(record.verdict.rawValue)\"><td class=\"name\">\(name(record))</td>"
                + "<td>\(XMLText.escaped(record.reason ?? ""))</td></tr>\n"
        }
        return "<section><h2 id=\"not-judged\">Not judged to the end: \(open.count)</h2>\n<div class=\"scroll\"><table>"
            + "<thead><tr><th scope=\"col\">file or folder</th><th scope=\"col\">why</th></tr></thead>\n"
            + "<tbody>\n\(rows.joined())</tbody></table></div></section>\n"
    }

    private var recordings: String {
        var text = "<section><h2>Recordings</h2>\n<div class=\"scroll\"><table id=\"recordings\">\n<thead><tr>"
        for title in ["recording", "verdict", "length (s)", "digits", "fragments", "SHA-256"] {
            text += "<th scope=\"col\"><button type=\"button\">\(title)</button></th>"
        }
        text += "</tr></thead>\n<tbody>\n"
        for (index, record) in summary.recordings.enumerated() {
            if record.verdict == .skipped || record.verdict == .other { continue }
            let digits = record.findings.count { $0.kind == "digit" }
            let link = record.findings.isEmpty ? name(record) : "<a href=\"#r\(index + 1)\">\(name(record))</a>"
            let note = record.warning.map { "<small>\(XMLText.escaped($0))</small>" } ?? ""
            let verdict = record.verdict.rawValue
            text += "<tr class=\"item\" data-verdict=\"\(verdict)\"><td class=\"name\">\(link)\(note)</td>"
            text += "<td class=\"\(verdict)\">\(verdict)</td><td>\(fixed(record.seconds, decimals: 1))</td>"
            text += "<td>\(digits)</td><td>\(record.findings.count - digits)</td>"
            text += "<td class=\"hash\">\(record.sha256?.prefix(16) ?? "")</td></tr>\n"
        }
        return text + "</tbody>\n</table></div></section>\n"
    }

    private var otherFiles: String {
        let others = summary.recordings.filter { $0.verdict == .other }
        if others.isEmpty { return "" }
        let names = others.map { "<li>\(name($0))</li>\n" }
        return
            "<details><summary>Files that are no audio: \(others.count)</summary><ul>\n\(names.joined())</ul></details>\n"
    }

    /// Program, time and settings of the run.
    private var circumstances: String {
        let pairs =
            [("tool", summary.tool), ("ended", summary.time)]
            + summary.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let lines = pairs.map { "<dt>\(XMLText.escaped($0.0))</dt><dd>\(XMLText.escaped($0.1))</dd>\n" }
        return "<section><h2>How it was judged</h2>\n<dl>\n\(lines.joined())</dl></section>\n"
    }

    /// A recording's name in a form that can be displayed.
    func name(_ record: JudgementRecord) -> String { XMLText.escaped(PathBytes.shown(record.file)) }
}
