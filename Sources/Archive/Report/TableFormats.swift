internal import AtomicFiles
internal import TextFormats

/// Judgements as comma-separated values (RFC 4180): a line a finding, and one for a recording without any.
public enum CommaSeparated {
    /// The first line.
    public static let head = "file,verdict,seconds,channel,start_s,end_s,kind,level_dbm0,digit,note,path_bytes\r\n"

    /// A recording's lines.
    public static func lines(_ record: JudgementRecord) -> String {
        let end = [record.reason ?? record.warning ?? "", PathBytes.shownBytes(record.file) ?? ""]
        let first = [PathBytes.shown(record.file), record.verdict.rawValue, "\(record.seconds)"]
        if record.findings.isEmpty { return CSV.row(first + ["", "", "", "", "", ""] + end) }
        return record.findings.map {
            let place = ["\($0.channel)", "\($0.start)", "\($0.end)", $0.kind, "\($0.levelDBm0)"]
            return CSV.row(first + place + [$0.digit ?? ""] + end)
        }.joined()
    }
}

/// Judgements as JUnit XML, in which a recording with tones is a failure and one that cannot be judged an error.
public enum JUnit {
    /// The whole document.
    public static func document(_ records: [JudgementRecord], totals: ArchiveTotals, isPartial: Bool) -> String {
        let failures = totals.withDigits + totals.withFragments
        let name = isPartial ? "tonewall verify (partial)" : "tonewall verify"
        let counts =
            "tests=\"\(totals.recordings)\" failures=\"\(failures)\" errors=\"\(totals.unjudged)\" "
            + "time=\"\(totals.seconds)\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"\(name)\" \(counts)>\n  <testsuite name=\"\(name)\" \(counts)>\n"
        for record in records { text += testCase(record) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private static func testCase(_ record: JudgementRecord) -> String {
        let name = Markup.escaped(PathBytes.shown(record.file))
        var open = "    <testcase classname=\"recordings\" name=\"\(name)\" time=\"\(record.seconds)\""
        if let bytes = PathBytes.shownBytes(record.file) { open += " path_bytes=\"\(bytes)\"" }
        switch record.verdict {
        case .clean: return open + "/>\n"
        case .unjudged:
            let reason = Markup.escaped(record.reason ?? "")
            return open + ">\n      <error message=\"\(reason)\" type=\"unjudged\"/>\n    </testcase>\n"
        case .digits, .fragments:
            let digits = record.findings.count { $0.kind == "digit" }
            let message = "\(digits) digits, \(record.findings.count - digits) fragments"
            let lines = record.findings.map { entry in
                let key = entry.digit.map { " key \($0)" } ?? ""
                let place = "channel \(entry.channel) \(entry.start) s to \(entry.end) s"
                return "\(place) \(entry.kind) \(entry.levelDBm0) dBm0\(key)"
            }
            let detail = Markup.escaped(lines.joined(separator: "\n"))
            return open + ">\n      <failure message=\"\(message)\" type=\"\(record.verdict.rawValue)\">"
                + "\(detail)</failure>\n    </testcase>\n"
        }
    }
}

/// Text inside XML and HTML.
enum Markup {
    /// `text` with the characters that markup is made of replaced, and those that XML cannot hold left out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case let control where control.value < 0x20 || control.value == 0x7F: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
