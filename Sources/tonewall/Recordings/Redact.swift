import Archive
import ArgumentParser
import AtomicFiles
import Failures
import Glibc
import ProcessIO
import Redaction

struct Redact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take the tones out of recordings that hold any, and verify them again.",
        discussion: """
            Each recording is verified; where tones are found they are taken out, and what is left is verified once more. \
            Only samples of tones change: header, metadata chunks, format, owner, times, rights and attributes stay. A compressed \
            recording is encoded anew in its own format with its own bit rate and all its tags, and plays what it plays where \
            it did; what of that changes is told before, and where it cannot be written it is left as it was, and the reason is \
            told. A recording without tones is left alone.

            With --out DIR the clean copies go there, under the names that they have below the paths given. No copy takes the \
            place of a recording, of another copy, or of a file that is no earlier copy of it. With --copy-clean recordings \
            without tones go there too, so that DIR holds the whole archive; what is no recording or could not be judged is \
            named and not copied. With --as, a copy whose name another recording's copy has is called by both suffixes, as \
            call.mp3.wav, and that is told.

            With --in-place each copy takes its recording's place in one step, so that a run that is killed leaves every \
            recording whole; what the old file held is then gone from the folder, but not wiped from the disk. A recording that \
            is written to meanwhile, or that another run works on, is left as it was. Unfinished copies that killed runs left \
            are removed. A link in a folder that leads to a file is left and named, so that no file elsewhere changes; with \
            --follow, and where the link itself is named, the file that it leads to is cleaned and told.

            With --resume FILE the state of 'verify --resume' is told of every copy that was verified, so that it is not heard \
            again, and a recording that it calls clean is left alone without being heard.

            Exit status: 0 every recording is free of tones now; 1 one could not be cleaned and was left as it was, or other \
            names of its file (hard links) still hold the tones; 65 some could not be judged, or were left as they were; 73 a \
            copy cannot be made.

            EXAMPLES
              tonewall redact --out clean /var/spool/recordings
              tonewall redact --out clean --copy-clean link /var/spool/recordings
              tonewall redact --in-place --format ndjson call.wav
              tonewall verify --resume night.state /archive; tonewall redact --in-place --resume night.state /archive
            """)

    @Argument(help: "Recordings, or folders of them.", completion: .file())
    var paths: [String] = []

    @Option(help: "Where clean copies go; made where it is not there.", completion: .directory)
    var out: String?

    @Flag(help: "Put each clean copy in its recording's place.")
    var inPlace = false

    @Option(help: "With --out: recordings without tones go there too, as another name ('link') or as a 'copy'.")
    var copyClean: CleanCopyKind?

    @Option(
        name: .customLong("as"),
        help: "With --out: write recordings with tones as 'wav' or 'flac', of what was heard, without tags.")
    var copyFormat: CopyKind?

    @Option(
        help: "Keeps what was judged in this file, and goes on from it; 'verify --resume' uses the same.",
        completion: .file())
    var resume: String?

    @Option(help: "More paths, a line each, from this file; '-' is standard input.")
    var filesFrom: String?

    @Flag(help: "Follow links to folders, and clean in its place what links to files lead to.")
    var follow = false

    @Option(help: "How it is told what became of each recording.")
    var format = RedactionFormat.text

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func validate() throws {
        if inPlace == (out != nil) { throw ValidationError("name --out DIR or --in-place, one of them") }
        if inPlace && copyClean != nil { throw ValidationError("--copy-clean goes with --out DIR") }
        if inPlace && copyFormat != nil { throw ValidationError("--as goes with --out DIR") }
    }

    func run() throws {
        let shouldContinue: @Sendable () -> Bool = { !Interruption.hasCome }
        let list = RecordingList(
            try paths + PathList.read(filesFrom), follow: follow, shouldContinue: shouldContinue)
        if list.items.isEmpty && list.skippedFiles.isEmpty { throw RecordingList.nothingFound }
        let layout = try raw.layout(of: list.items.first?.path ?? "-")
        let state = try resume.map { try ArchiveState.open($0, raw: layout) }
        let progress = ProgressLine()
        let redactor = Redactor(
            options: JudgingOptions(raw: layout, forcesRaw: raw.forceRaw, takesDigests: state != nil),
            copyFormat: copyFormat?.format ?? .same, cleanCopies: copyClean?.copies ?? .none,
            known: { path in state?.judgement(of: path, shouldContinue: shouldContinue) },
            shouldContinue: shouldContinue,
            tell: { path, changes in Report.note(file: path, changes.joined(separator: "; ")) })
        var run = RedactionRun(list, by: redactor, out: out, format: format, follow: follow) { message in
            progress.clear()
            Report.tell(message)
        }
        let ending = try run.run(state: state) { done in
            progress.show("redact", done, of: list.items.count)
            return shouldContinue()
        }
        progress.clear()
        switch ending {
        case .stopped: throw ExitCode(128 + SIGINT)
        case .complete(let status): if let status { throw ExitCode(status.rawValue) }
        }
    }
}

/// How recordings without tones come to where clean copies go.
enum CleanCopyKind: String, ExpressibleByArgument, CaseIterable {
    case link, copy

    var copies: Redactor.CleanCopies { self == .link ? .linked : .copied }
}

/// What recordings with tones are written as, where not as they are.
enum CopyKind: String, ExpressibleByArgument, CaseIterable {
    case wav, flac

    var format: CopyFormat { self == .wav ? .wav : .flac }
}
