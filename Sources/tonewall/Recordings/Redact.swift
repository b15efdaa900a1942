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
        abstract: "Remove the tones from recordings, and verify the result.",
        discussion: """
            Each recording is verified. If it has tones, they are removed, and the result is verified again. Only \
            samples of tones change: header, metadata chunks, format, owner, times, permissions and attributes stay.

            A compressed recording is encoded again in its own format with its own bit rate and all its tags, and \
            plays at the same times. Differences are reported before the copy gets its name. If it cannot be written, \
            it is left unchanged, and the reason is reported. A recording without tones is left unchanged.

            With --out DIR the clean copies go to DIR, under their names below the given paths. A copy never replaces \
            a recording, another copy, or a file that is not an earlier copy of it. With --copy-clean, recordings \
            without tones go there too, so DIR holds the whole archive. Other files, and recordings that could not be \
            judged, are listed and not copied. With --as, two recordings may have the same copy name. One copy then \
            gets both suffixes, such as call.mp3.wav, and this is reported.

            With --in-place each copy replaces its recording in one step, so every recording is complete even if the \
            run is killed. The old content is then gone from the folder, but not wiped from the disk. A recording that \
            changes meanwhile, or that another run is working on, is left unchanged. Unfinished copies of killed runs \
            are removed. A link in a folder that leads to a file is left and listed, so that files elsewhere do not \
            change. With --follow, or if the link itself is named, its target is cleaned and reported.

            With --resume FILE every verified copy is added to the state of 'verify --resume', so that it is not \
            judged again. A recording that the state calls clean is left unchanged without being read.

            Exit status: 0 every recording is free of tones; 1 a recording could not be cleaned and was left \
            unchanged, or other names of its file (hard links) still lead to the tones; 65 some recordings could not \
            be judged or were left unchanged; 73 a copy cannot be created.

            EXAMPLES
              tonewall redact --out clean /var/spool/recordings
              tonewall redact --out clean --copy-clean link /var/spool/recordings
              tonewall redact --in-place --format ndjson call.wav
              tonewall verify --resume night.state /archive; tonewall redact --in-place --resume night.state /archive
            """)

    @Argument(help: "Recordings or folders of recordings.", completion: .file())
    var paths: [String] = []

    @Option(help: "Folder for clean copies, created if it is missing.", completion: .directory)
    var out: String?

    @Flag(help: "Replace each recording by its clean copy.")
    var inPlace = false

    @Option(help: "With --out: recordings without tones go there too, as a hard 'link' or as a 'copy'.")
    var copyClean: CleanCopyKind?

    @Option(
        name: .customLong("as"),
        help: "With --out: write recordings with tones as 'wav' or 'flac' with the decoded audio, without tags.")
    var copyFormat: CopyKind?

    @Option(
        help: "Keep the judgements in this file and continue from it. 'verify --resume' uses the same file.",
        completion: .file())
    var resume: String?

    @Option(help: "Read more paths from this file, one a line or each ended by a NUL; '-' is standard input.")
    var filesFrom: String?

    @Flag(help: "Follow links to folders, and clean the targets of links to files in place.")
    var follow = false

    @Option(help: "Output format.")
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

/// How recordings without tones get into the folder of clean copies.
enum CleanCopyKind: String, ExpressibleByArgument, CaseIterable {
    case link, copy

    var copies: Redactor.CleanCopies { self == .link ? .linked : .copied }
}

/// The format of clean copies, if it is not that of the recording.
enum CopyKind: String, ExpressibleByArgument, CaseIterable {
    case wav, flac

    var format: CopyFormat { self == .wav ? .wav : .flac }
}
