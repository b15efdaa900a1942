import Archive
import ArgumentParser
import AtomicFiles
import Codecs
import Failures
import Glibc
import ProcessIO
import ProductVersion

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check recordings for key tones.",
        discussion: """
            Folders are searched, and every channel of each recording is analysed by short-time spectra that share \
            nothing with the detector behind 'suppress'. A recording is clean, or has digits (whole key presses), or \
            has only fragments (remains of 8 ms or more, down to -45 dBm0). A file is a recording if its suffix or its \
            first bytes say so.

            Skipped files are always listed: recordings that cannot be read, folders that cannot be opened, links to \
            folders, broken links, pipes, sockets, devices, packed files and files of unknown kind. --follow follows \
            links to folders, and links that were unpacked as text. Files that are clearly not audio are counted. Text \
            lists them if there are 20 or fewer, and always with --list-others.

            File names are bytes. A name that is not UTF-8, or has characters that control a terminal or change a \
            line's direction, is shown with \\xHH and \\u{HH} in their place. In ndjson, csv and junit, path_bytes is \
            then the whole name in base 64.

            Keys are shown only with --reveal, and then only on a terminal. --yes-reveal also allows keys in pipes, \
            files and reports. Pictures in a report show that there was a tone, not which.

            --report DIR writes index.html (no network needed), recordings.csv, junit.xml and summary.json with the \
            SHA-256 of every recording, signed with Ed25519. The key is --sign-key, or one that is created in your \
            configuration folder. --check-report DIR checks that summary, pictures and recordings are unchanged.

            --resume FILE keeps each judgement. It is valid until the file's change time, inode, device, size or \
            SHA-256 changes. Each line of FILE has an authentication code with the key in FILE.key, which is created \
            beside it. A recording whose line was cut off or changed is judged again.

            EXIT STATUS
              0    every recording is clean
              1    tones were found, even if there were also errors; or a report or its signature is not valid
              64   wrong usage
              65   no tones were found, but some listed files could not be judged; or a state or key cannot be used
              66   no recordings, no such file, or no report
              73   a report or state cannot be created
              74   reading or writing failed
              130  stopped by INT or TERM; the results so far are printed and marked partial

            EXAMPLES
              tonewall verify call.wav
              tonewall verify --report report --resume night.state -j 2 /var/spool/recordings
              find /archive -name '*.wav' -mtime -1 -print0 | tonewall verify --files-from - --format ndjson
              tonewall verify --check-report report
            """)

    @Argument(help: "Recordings or folders of recordings.", completion: .file())
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

    /// Prints whether the report in `folder` is still valid. Exits with 1 if it is not.
    private func check(_ folder: String) throws {
        let path = options.key ?? ReportKey.publicPath(of: VerifyOptions.defaultKeyPath)
        let check = try ReportSummary.check(folder, key: ReportKey(path: path))
        StandardOutput.write(check.lines(folder: folder.quoted, keyPath: path.quoted).map { $0 + "\n" }.joined())
        if !check.isIntact { throw ExitCode(Failure.Status.finding.rawValue) }
    }
}

extension ArchiveState {
    /// Opens the state of `--resume`, and reports the parts that cannot be used.
    static func open(_ path: String, raw: AudioFormat?) throws -> ArchiveState {
        let state = try ArchiveState(path: path, tool: Version.number, raw: raw)
        for remark in state.remarks(keyPath: (path + ".key").quoted) { Report.note(file: path, remark) }
        return state
    }
}
