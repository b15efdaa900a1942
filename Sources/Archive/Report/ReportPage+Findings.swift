internal import TextFormats

extension ReportPage {
    /// The recordings with findings, worst first, with a picture for each run of findings and a line for each finding.
    var findings: String {
        let found = summary.recordings.indices.filter { !summary.recordings[$0].findings.isEmpty }
        if found.isEmpty { return "<section><h2>Findings</h2>\n<p>None.</p></section>\n" }
        let worst = found.sorted { (digits($0), -$0) > (digits($1), -$1) }
        let items = worst.enumerated().map { item($0.element, isOpen: $0.offset == 0) }
        return "<section><h2>Findings in \(found.count) recordings</h2>\n\(items.joined())</section>\n"
    }

    private func digits(_ index: Int) -> Int { summary.recordings[index].findings.count { $0.kind == "digit" } }

    private func item(_ index: Int, isOpen: Bool) -> String {
        let record = summary.recordings[index]
        let (digits, all) = (digits(index), record.findings.count)
        let verdict = record.verdict.rawValue
        var text = "<details class=\"item\" id=\"r\(index + 1)\" data-verdict=\"\(verdict)\"\(isOpen ? " open" : "")>"
        text += "<summary><b class=\"\(verdict)\">\(verdict)</b> <span class=\"name\">\(name(record))</span> "
        text += "<small>\(digits) digits, \(all - digits) fragments, "
        text += "from \(seconds(record.findings.first?.start ?? 0))</small></summary>\n"
        if let reason = record.reason { text += "<p class=\"unjudged\">\(XMLText.escaped(reason))</p>\n" }
        text += "<p><small>\(fixed(record.seconds, decimals: 1)) s at \(record.rate) Hz, channels: \(record.channels)"
        text += record.sha256.map { "; SHA-256 <span class=\"hash\">\($0)</span>" } ?? ""
        text += "</small></p>\n"
        for picture in pictures[index] { text += figure(picture, of: record, link: links[index]) }
        return text + "</details>\n"
    }

    private func figure(_ picture: FindingPictures.Picture, of record: JudgementRecord, link: String?) -> String {
        let entries = picture.run.indices.map { record.findings[$0] }
        var text = "<figure>"
        if let file = picture.file {
            text += "<img loading=\"lazy\" width=\"\(picture.width)\" height=\"\(picture.height)\""
            text += " alt=\"\(XMLText.escaped(words(of: entries)))\" src=\"\(file)\">"
        }
        text += "<figcaption>"
        if let link, let start = entries.map(\.start).min() {
            // The link starts slightly earlier, so that the first tone is not missed.
            text += "<a href=\"\(link)#t=\(fixed(max(0, start - 1), decimals: 2))\">Listen from \(seconds(start))</a>"
        }
        text += "<ul>\n"
        for entry in entries {
            let key = entry.digit.map { ", key <b>\(XMLText.escaped($0))</b>" } ?? ""
            let length = Int(((entry.end - entry.start) * 1000).rounded())
            let place = "channel \(entry.channel), \(seconds(entry.start))"
            let linked = link.map { "<a href=\"\($0)#t=\(fixed(entry.start, decimals: 2))\">\(place)</a>" } ?? place
            text += "<li>\(linked), \(length) ms, \(XMLText.escaped(entry.kind)), "
            text += "\(fixed(entry.levelDBm0, decimals: 1)) dBm0\(key)</li>\n"
        }
        return text + "</ul></figcaption></figure>\n"
    }

    /// The text for readers who cannot see the picture: what it shows, where and when.
    private func words(of entries: [JudgementRecord.Entry]) -> String {
        let channels = Set(entries.map(\.channel)).sorted().map(String.init).joined(separator: " and ")
        let (first, last) = (entries.map(\.start).min() ?? 0, entries.map(\.end).max() ?? 0)
        let digits = entries.count { $0.kind == "digit" }
        return "Spectrogram and waveform of channel \(channels), \(seconds(first)) to \(seconds(last)): "
            + "\(digits) digits and \(entries.count - digits) fragments, framed"
    }

    private func seconds(_ value: Double) -> String { "\(fixed(value, decimals: 3)) s" }
}
