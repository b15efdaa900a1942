internal import AtomicFiles
internal import TextFormats

/// Judgements as comma-separated values (RFC 4180): one line for each finding, and one for a recording without
/// findings.
package enum JudgementCSV {
    /// The first line.
    package static let head = "file,verdict,seconds,channel,start_s,end_s,kind,level_dbm0,digit,note,path_bytes\r\n"

    /// A recording's lines.
    package static func lines(_ record: JudgementRecord) -> String {
        let name = PathBytes.shown(record.file)
        // A name that a spreadsheet would take for a formula gets an additional apostrophe.
        let isMarked = CSV.field(name).count { $0 == "'" } != name.count { $0 == "'" }
        let bytes = isMarked ? PathBytes.base64(record.file) : PathBytes.shownBytes(record.file) ?? ""
        let end = [PathBytes.shown(record.reason ?? record.warning ?? ""), bytes]
        let first = [name, record.verdict.rawValue, "\(record.seconds)"]
        if record.findings.isEmpty { return CSV.row(first + ["", "", "", "", "", ""] + end) }
        return record.findings.map {
            let place = ["\($0.channel)", "\($0.start)", "\($0.end)", $0.kind, "\($0.levelDBm0)"]
            return CSV.row(first + place + [$0.digit ?? ""] + end)
        }.joined()
    }
}

/// Judgements as JUnit XML. A recording with tones is a failure, an unjudged one an error.
package enum JUnit {
    /// The whole document. `time` is the duration of the judging, and the audio's length is a property.
    package static func document(_ records: [JudgementRecord], totals: ArchiveTotals, isPartial: Bool) -> String {
        let failures = totals.withDigits + totals.withFragments
        let name = isPartial ? "tonewall verify (partial)" : "tonewall verify"
        let skipped = records.count { $0.verdict == .other }
        let counts =
            "tests=\"\(records.count)\" failures=\"\(failures)\" errors=\"\(totals.unjudged + totals.skippedFiles)\" "
        let time = "time=\"\(totals.runSeconds)\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"\(name)\" \(counts)\(time)>\n"
        text += "  <testsuite name=\"\(name)\" \(counts)skipped=\"\(skipped)\" \(time)>\n"
        text += properties([("audio_seconds", "\(totals.seconds)"), ("other_files", "\(totals.otherFiles)")], "    ")
        for record in records { text += testCase(record) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private static func properties(_ pairs: [(name: String, value: String)], _ indent: String) -> String {
        let lines = pairs.map { "\(indent)  <property name=\"\($0.name)\" value=\"\(XMLText.escaped($0.value))\"/>\n" }
        return "\(indent)<properties>\n\(lines.joined())\(indent)</properties>\n"
    }

    private static func testCase(_ record: JudgementRecord) -> String {
        let name = XMLText.escaped(PathBytes.shown(record.file))
        var pairs = [(name: "audio_seconds", value: "\(record.seconds)")]
        if let bytes = PathBytes.shownBytes(record.file) { pairs.append(("path_bytes", bytes)) }
        var text = "    <testcase classname=\"recordings\" name=\"\(name)\" time=\"\(record.runSeconds ?? 0)\">\n"
        text += properties(pairs, "      ")
        let reason = XMLText.escaped(record.reason ?? "")
        switch record.verdict {
        case .clean: break
        case .other: text += "      <skipped message=\"no audio\"/>\n"
        case .unjudged, .skipped:
            text += "      <error message=\"\(reason)\" type=\"\(record.verdict.rawValue)\"/>\n"
        case .digits, .fragments:
            let digits = record.findings.count { $0.kind == "digit" }
            let message = "\(digits) digits, \(record.findings.count - digits) fragments"
            let lines = record.findings.map { entry in
                let key = entry.digit.map { " key \($0)" } ?? ""
                let place = "channel \(entry.channel) \(entry.start) s to \(entry.end) s"
                return "\(place) \(entry.kind) \(entry.levelDBm0) dBm0\(key)"
            }
            text += "      <failure message=\"\(message)\" type=\"\(record.verdict.rawValue)\">"
            text += XMLText.escaped(lines.joined(separator: "\n")) + "</failure>\n"
        }
        return text + "    </testcase>\n"
    }
}

/// Text inside XML and HTML.
enum XMLText {
    /// `text` with markup characters replaced. Characters that markup cannot hold, or that change the direction of a
    /// line, become `\u{HH}`.
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
            default: result += scalar.hint ?? String(scalar)
            }
        }
        return result
    }
}
