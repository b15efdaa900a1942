import AtomicFiles
import Archive
import ArgumentParser
import AudioIO
import CallControl
import Foundation
import Redaction
import Verification

struct Redact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take the tones out of recordings that hold any, and verify them again.",
        discussion: """
            Each recording is verified; where tones are found they are taken out, and what is left is verified once more. \
            Only samples of tones change: header, metadata chunks, format, times and permissions stay. A compressed recording \
            is encoded anew in its own format and keeps its text fields. A recording without tones is left alone.

            With --out DIR the clean copies go there, under the names that they have below the paths given. With --in-place \
            each takes its recording's place in one step, so that a run that is killed leaves every recording whole; what the \
            old file held is then gone from the folder, but not wiped from the disk.

            Exit status: 0 every recording is free of tones now; 1 one could not be cleaned and was left as it was; 65 some \
            could not be judged; 73 a copy cannot be made.

            EXAMPLES
              tonewall redact --out clean /var/spool/recordings
              tonewall redact --in-place --format ndjson call.wav
            """)

    @Argument(help: "Recordings, or folders of them.", completion: .file())
    var paths: [String] = []

    @Option(help: "Where clean copies go; made where it is not there.", completion: .directory)
    var out: String?

    @Flag(help: "Put each clean copy in its recording's place.")
    var inPlace = false

    @Option(help: "More paths, a line each, from this file; '-' is standard input.")
    var filesFrom: String?

    @Option(help: "'text' or 'ndjson'.")
    var format = OutputFormat.text

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func validate() throws {
        if inPlace == (out != nil) { throw ValidationError("name --out DIR or --in-place, one of them") }
    }

    func run() throws {
        let list = RecordingList(try paths + PathList.read(filesFrom))
        if list.items.isEmpty && list.passedOver.isEmpty {
            throw Failure(.noInput, "no recording is named or found", advice: "name files or folders")
        }
        let redactor = Redactor(options: HearingOptions(raw: try raw.layout(of: list.items.first?.path ?? "-")))
        var output = StandardOutput()
        var statuses: Set<Failure.Status> = []
        var taken: Set<[UInt8]> = []
        _ = Interruption.descriptor
        var progress = Progress("redact", total: list.items.count)
        for (index, item) in list.items.enumerated() {
            if Interruption.hasCome { throw ExitCode(128 + SIGINT) }
            progress.advance(to: index)
            do {
                let target = try out.map { try place(of: item.name, in: $0, taken: &taken) }
                guard let result = try redactor.redact(item.path, to: target) else { continue }
                progress.finish()
                output.append(RedactionText.line(result, format: format))
                output.flush()
                note(result, &statuses)
            } catch let error as any CommandFailure {
                progress.finish()
                Report.print(error.failure)
                statuses.insert(error.failure.status)
            }
        }
        progress.finish()
        for thing in list.passedOver {
            Report.print(thing.failure)
            statuses.insert(.dataError)
        }
        let order: [Failure.Status] = [.finding, .cannotCreate, .inputOutput, .noInput, .dataError]
        guard let worst = order.first(where: statuses.contains) else { return }
        throw ExitCode(list.items.count > 1 && worst == .noInput ? 65 : worst.rawValue)
    }

    /// Where the clean copy of the recording called `name` goes; its folder is made.
    private func place(of name: String, in folder: String, taken: inout Set<[UInt8]>) throws -> String {
        let place = PathBytes.join(folder, name)
        guard taken.insert(PathBytes.bytes(place)).inserted else {
            throw Failure(.cannotCreate, file: place, "would be two recordings", advice: "redact them into two folders")
        }
        try WholeFile.makeFolder(PathBytes.folder(of: place))
        return place
    }

    private func note(_ result: Redaction, _ statuses: inout Set<Failure.Status>) {
        if result.outcome == .failed { statuses.insert(.finding) }
        if let unjudged = UnjudgedRecording(result.before) {
            Report.print(unjudged.failure)
            statuses.insert(unjudged.failure.status)
        }
        if result.otherNames > 0 {
            Report.note(
                "tonewall: \(result.before.path.quoted): has \(result.otherNames) other names (hard links), which still hold the tones"
                    + " (redact them too)")
        }
    }
}

/// What became of a recording, as `redact` prints it.
enum RedactionText {
    static func line(_ result: Redaction, format: OutputFormat) -> String {
        let digits = result.before.findings.count { $0.kind == .digit }
        let fragments = result.before.findings.count - digits
        if format == .ndjson {
            var line = JSONLine()
            line.add(file: result.before.path)
            line.add("outcome", result.outcome.rawValue)
            if let output = result.output { line.add("output", output.quoted) }
            line.add("digits", digits)
            line.add("fragments", fragments)
            if result.outcome == .cleaned { line.add("method", result.isSilenced ? "silence" : "suppression") }
            return line.line
        }
        let counts = "\(digits) digits and \(fragments) fragments"
        let what =
            switch result.outcome {
            case .clean: "clean, left alone"
            case .cleaned:
                "\(counts) taken out, verified clean\(result.isSilenced ? " (some made silent)" : "")"
                    + (result.output == result.before.path ? "" : ", in \((result.output ?? "").quoted)")
            case .failed: "\(counts) found, could not be cleaned, left as it was"
            case .unjudged: "could not be judged"
            }
        return "\(result.before.path.quoted): \(what)\n"
    }
}
