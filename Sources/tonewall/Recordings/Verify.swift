import Archive
import ArgumentParser
import AtomicFiles
import Codecs
import Failures
import Glibc
import ProcessIO

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say of each recording whether it is free of key tones.",
        discussion: """
            Folders are walked, and every channel of each recording is heard, by short-time spectra that share nothing with \
            the detector behind 'suppress'. A recording is clean, or holds digits (whole key presses) or only fragments (rests \
            of 8 ms and more, down to -45 dBm0). A file is a recording by its suffix or its first bytes.

            Nothing is passed over in silence: recordings that cannot be read, folders that cannot be opened, links to folders \
            (--follow walks them, and what the text of an unpacked link leads to), broken links, pipes, sockets, devices, \
            packed files and files of no known kind are named. Files that are plainly no audio are counted; as text they are \
            named where they are 20 or fewer, and always with --list-others.

            File names are bytes. Where a name is no UTF-8, or holds control characters or such as turn a line's direction, it \
            is shown with \\xHH and \\u{HH} in their places; path_bytes in ndjson, csv and junit is then the whole name in base 64.

            Which key it was is not said unless you ask with --reveal, and then only on a terminal; --yes-reveal lets keys \
            into pipes, files and reports too. Pictures in a report show that there was a tone, not which.

            --report DIR writes index.html (no network needed), recordings.csv, junit.xml and summary.json with the SHA-256 \
            of every recording, signed with Ed25519. The key is --sign-key, or one that is made in your configuration folder. \
            --check-report DIR says whether summary, pictures and recordings are still as they were.

            --resume FILE keeps each judgement; it holds until the file's change time, inode, device, size or SHA-256 is another. \
            Each line of FILE bears a code under the key in FILE.key, which is made beside it: what was cut off or changed there \
            is heard again.

            EXIT STATUS
              0    every recording is clean
              1    tones were found, whatever else there was; or a checked report or its signature does not hold
              64   wrong usage
              65   no tones were found, but something could not be judged and is named; or a state or key cannot be used
              66   no recording, no such file, or no report
              73   a report or state cannot be made
              74   reading or writing failed
              130  stopped by INT or TERM; what was done is told, and marked partial

            EXAMPLES
              tonewall verify call.wav
              tonewall verify --report report --resume night.state -j 2 /var/spool/recordings
              find /archive -name '*.wav' -mtime -1 -print0 | tonewall verify --files-from - --format ndjson
              tonewall verify --check-report report
            """)

    @Argument(help: "Recordings, or folders of them.", completion: .file())
    var paths: [String] = []

    @OptionGroup(title: "Verification")
    var options: VerifyOptions

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func run() async throws {
        if let folder = options.checkReport { return try check(folder) }
        let reveals = try options.revealsOnOutput()
        let named = try paths + PathList.read(options.filesFrom)
        let stop = Interruption.descriptor
        let shouldContinue: @Sendable () -> Bool = { !Interruption.hasCome }
        let list = RecordingList(named, follow: options.follow, shouldContinue: shouldContinue)
        let judging = JudgingOptions(
            raw: try raw.layout(of: list.items.first?.path ?? "-"), forcesRaw: raw.forceRaw,
            takesDigests: options.report != nil || options.resume != nil, stop: stop)
        let state = try options.resume.map { try ArchiveState.open($0, raw: judging.raw) }
        var run = try VerificationRun(list, options.runOptions(reveals: reveals), judging, state: state)
        let (line, progress) = (ProgressLine(), run.progress)
        let ending = try await run.run(jobs: options.jobCount) {
            line.show { progress.words }
            return shouldContinue()
        } tell: { message in
            line.clear()
            Report.tell(message)
        }
        switch ending {
        case .stopped: throw ExitCode(128 + SIGINT)
        case .complete(let status): if let status { throw ExitCode(status.rawValue) }
        }
    }

    /// Prints whether the report in `folder` still holds; ends with 1 where it does not.
    private func check(_ folder: String) throws {
        let path = options.key ?? ReportKey.publicPath(of: VerifyOptions.defaultKeyPath)
        let check = try ReportSummary.check(folder, key: ReportKey(path: path))
        StandardOutput.write(check.lines(folder: folder.quoted, keyPath: path.quoted).map { $0 + "\n" }.joined())
        if !check.isIntact { throw ExitCode(Failure.Status.finding.rawValue) }
    }
}

extension ArchiveState {
    /// The state that `--resume` names; what of it cannot be used is told.
    static func open(_ path: String, raw: AudioFormat?) throws -> ArchiveState {
        let state = try ArchiveState(path: path, tool: Version.number, raw: raw)
        for remark in state.remarks(keyPath: (path + ".key").quoted) { Report.note(file: path, remark) }
        return state
    }
}
