internal import AtomicFiles
internal import AudioIO

/// The report as one HTML page that needs no network: totals, a sortable table, and every finding with its picture.
struct ReportPage {
    let summary: ReportSummary
    /// Names of the pictures of each recording's findings, in their order.
    let pictures: [[String]]

    var text: String {
        var text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        text += "<meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n"
        text += "<title>Tone-free recordings? \(summary.totals.recordings) judged</title>\n"
        text += "<style>\(Self.style)</style>\n</head>\n<body>\n"
        text += heading + totals + recordingTable + findings
        text += "<script>\(Self.script)</script>\n</body>\n</html>\n"
        return text
    }

    private var heading: String {
        let settings = summary.settings.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        var text = "<header><h1>Are these recordings free of key tones?</h1>\n"
        if summary.isPartial {
            text += "<p class=\"partial\">Partial: the run was stopped before every recording was judged.</p>\n"
        }
        text += "<p>\(Markup.escaped(summary.tool)), \(Markup.escaped(summary.time))"
        return text + (settings.isEmpty ? "" : "; \(Markup.escaped(settings))") + "</p></header>\n"
    }

    private var totals: String {
        let sums = summary.totals
        let tiles: [(String, String, String)] = [
            ("recordings", "\(sums.recordings)", ""), ("hours", Self.decimal(sums.seconds / 3600, 2), ""),
            ("clean", "\(sums.clean)", "clean"), ("with digits", "\(sums.withDigits)", "digits"),
            ("with fragments only", "\(sums.withFragments)", "fragments"),
            ("could not be judged", "\(sums.unjudged)", "unjudged"),
        ]
        let cells = tiles.map { "<div class=\"tile \($0.2)\"><b>\($0.1)</b><span>\($0.0)</span></div>" }
        return "<section class=\"tiles\">\(cells.joined())</section>\n"
    }

    private var recordingTable: String {
        var text = "<h2>Recordings</h2>\n<table id=\"recordings\">\n<thead><tr>"
        for title in ["recording", "verdict", "length (s)", "digits", "fragments", "SHA-256"] {
            text += "<th scope=\"col\"><button type=\"button\">\(title)</button></th>"
        }
        text += "</tr></thead>\n<tbody>\n"
        for (index, record) in summary.recordings.enumerated() {
            let digits = record.findings.count { $0.kind == "digit" }
            let name = Markup.escaped(PathBytes.shown(record.file))
            let link = record.findings.isEmpty ? name : "<a href=\"#r\(index + 1)\">\(name)</a>"
            let note = (record.reason ?? record.warning).map { "<small>\(Markup.escaped($0))</small>" } ?? ""
            let verdict = record.verdict.rawValue
            text += "<tr><td>\(link)\(note)</td><td class=\"\(verdict)\">\(verdict)</td>"
            text += "<td>\(Self.decimal(record.seconds, 1))</td><td>\(digits)</td>"
            text += "<td>\(record.findings.count - digits)</td>"
            text += "<td><code>\(record.sha256?.prefix(16) ?? "")</code></td></tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }

    private var findings: String {
        var text = "<h2>Findings</h2>\n"
        if summary.recordings.allSatisfy({ $0.findings.isEmpty }) { return text + "<p>None.</p>\n" }
        for (index, record) in summary.recordings.enumerated() where !record.findings.isEmpty {
            text += "<section id=\"r\(index + 1)\"><h3>\(Markup.escaped(PathBytes.shown(record.file)))</h3>\n"
            for (number, entry) in record.findings.enumerated() {
                let key = entry.digit.map { ", key <b>\(Markup.escaped($0))</b>" } ?? ""
                let length = Int(((entry.end - entry.start) * 1000).rounded())
                let level = Self.decimal(entry.levelDBm0, 1)
                let caption =
                    "channel \(entry.channel), \(Self.decimal(entry.start, 3)) s, \(length) ms, \(entry.kind), \(level) dBm0"
                text += "<figure><figcaption>\(caption)\(key)</figcaption>"
                if number < pictures[index].count {
                    text += "<img loading=\"lazy\" width=\"640\" alt=\"Spectrogram and waveform, the finding framed\""
                    text += " src=\"\(pictures[index][number])\">"
                }
                text += "</figure>\n"
            }
            text += "</section>\n"
        }
        return text
    }

    static func decimal(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let units = Int((value * scale).rounded())
        guard places > 0 else { return String(units) }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (units < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }

    private static let style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
          color: #28282e; background: #fcfcfa }
        h1 { font-size: 1.5rem; margin: 0 } h2 { margin-top: 2rem } h3 { font-size: 1rem; overflow-wrap: anywhere }
        .partial { background: #b3261e; color: #fff; padding: .5rem 1rem }
        .tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0 }
        .tile { border: 1px solid #ccc; border-top-width: 5px; border-radius: 6px; padding: .5rem 1rem; min-width: 7rem }
        .tile b { display: block; font-size: 1.5rem }
        .tile.clean { border-top-color: #2e7d4f } .tile.digits { border-top-color: #b3261e }
        .tile.fragments { border-top-color: #c77700 } .tile.unjudged { border-top-color: #6a4fa3 }
        table { border-collapse: collapse; width: 100% }
        td, th { border-bottom: 1px solid #ddd; padding: .3rem .5rem; text-align: left; vertical-align: top }
        td:first-child { overflow-wrap: anywhere } td:nth-child(n+3) { font-variant-numeric: tabular-nums }
        td.clean { color: #2e7d4f } td.digits { color: #b3261e; font-weight: 600 }
        td.fragments { color: #9a5c00; font-weight: 600 } td.unjudged { color: #6a4fa3 }
        small { display: block; color: #666 }
        th button { font: inherit; font-weight: 600; background: none; border: 0; padding: 0; cursor: pointer }
        th[aria-sort=ascending] button::after { content: " \\25B2" }
        th[aria-sort=descending] button::after { content: " \\25BC" }
        figure { margin: 1rem 0 } img { max-width: 100%; height: auto; border: 1px solid #ddd }
        figcaption { font-variant-numeric: tabular-nums }
        """

    private static let script = """
        for (const button of document.querySelectorAll('#recordings th button')) button.addEventListener('click', () => {
          const head = button.parentElement, row = head.parentElement, column = [...row.children].indexOf(head);
          const down = head.getAttribute('aria-sort') === 'ascending';
          for (const other of row.children) other.removeAttribute('aria-sort');
          head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
          const body = document.querySelector('#recordings tbody');
          const value = line => line.children[column].textContent;
          const lines = [...body.rows].sort((a, b) => {
            const [x, y] = [value(a), value(b)], [p, q] = [parseFloat(x), parseFloat(y)];
            return column > 1 && column < 5 ? p - q : x.localeCompare(y);
          });
          if (down) lines.reverse();
          body.append(...lines);
        });
        """
}
