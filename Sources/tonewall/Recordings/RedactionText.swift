import Failures
import TextFormats
import AtomicFiles
import Archive
import Redaction
import Verification

/// What became of a recording, as `redact` prints it.
enum RedactionText {
    /// A line, with its end; empty where only an error says it.
    ///
    /// - Parameter target: The file that was changed, where that is another than the name says.
    static func line(_ result: Redaction, format: OutputFormat, target: String?) -> String {
        format == .ndjson ? object(result) : text(result, target)
    }

    private static func object(_ result: Redaction) -> String {
        var line = JSONLine()
        line.add(file: result.before.path)
        line.add("outcome", result.outcome.rawValue)
        if let output = result.output { line.add("output", output.quoted) }
        let digits = result.before.findings.count { $0.kind == .digit }
        line.add("digits", digits)
        line.add("fragments", result.before.findings.count - digits)
        if result.outcome == .cleaned { line.add("method", result.isSilenced ? "silence" : "suppression") }
        if let refusal = result.refusal { line.add("reason", refusal.failure.what) }
        if let names = result.formerFile?.names, names > 0 { line.add("other_names", names) }
        return line.line
    }

    private static func text(_ result: Redaction, _ target: String?) -> String {
        let digits = result.before.findings.count { $0.kind == .digit }
        let counts = "\(digits) digits and \(result.before.findings.count - digits) fragments"
        let place = (result.output ?? "").quoted
        let what: String
        switch result.outcome {
        case .clean: what = "clean, left alone"
        case .copied: what = "clean, in \(place)"
        case .cleaned:
            what =
                "\(counts) taken out, verified clean\(result.isSilenced ? " (some made silent)" : "")"
                + (result.formerFile == nil ? ", in \(place)" : "")
                + (target.map { "; the file that it is a link to was changed: \($0.quoted)" } ?? "")
        case .failed: what = "\(counts) found, could not be cleaned, left as it was"
        case .unjudged: what = "could not be judged"
        case .refused: return ""
        }
        return "\(result.before.path.quoted): \(what)\n"
    }
}
