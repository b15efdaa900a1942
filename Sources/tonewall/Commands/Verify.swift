import Archive
import ArgumentParser
import AudioIO
import Foundation
import Verification

extension JudgementFormat: ExpressibleByArgument {}

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say of each recording whether it is free of key tones.",
        discussion: """
            Folders are walked; WAVE, RF64, FLAC, Ogg, Opus, MP3, AU, GSM and whatever else libsndfile reads is heard, in \
            every channel, by short-time spectra that share nothing with the detector behind 'suppress'. A recording is \
            clean, or holds digits (whole key presses) or only fragments (rests of 8 ms and more, down to -45 dBm0).

            Which key it was is not said unless you ask with --reveal, and then only on a terminal; --yes-reveal lets keys \
            into pipes, files and reports too. Pictures in a report show that there was a tone, not which.

            --report DIR writes index.html (no network needed), recordings.csv, junit.xml and summary.json with the SHA-256 \
            of every recording, signed with Ed25519. The key is --sign-key, or one that is made in your configuration folder. \
            --check-report DIR says whether summary, pictures and recordings are still as they were.

            Exit status: 0 all are clean; 1 tones were found (or a checked report does not hold); 65 none were found but some \
            recording could not be judged; 130 stopped by INT, with what was done marked partial.

            EXAMPLES
              tonewall verify call.wav
              tonewall verify --report report --resume night.state -j 2 /var/spool/recordings
              find /archive -name '*.wav' -mtime -1 | tonewall verify --files-from - --format ndjson
              tonewall verify --check-report report
            """)

    @Argument(help: "Recordings, or folders of them.", completion: .file())
    var paths: [String] = []

    @OptionGroup(title: "Verification")
    var options: VerifyOptions

    @OptionGroup(title: "Raw samples")
    var raw: RawOptions

    func run() async throws {
        if let folder = options.checkReport { return try ReportChecking.run(folder, keyPath: options.key) }
        let revealed = try options.revealsOnOutput()
        let list = RecordingList(try paths + PathList.read(options.filesFrom), follow: options.follow)
        if list.items.isEmpty && list.passedOver.isEmpty {
            throw Failure(.noInput, "no recording is named or found", advice: "name files or folders")
        }
        let hearing = HearingOptions(
            raw: try raw.layout(of: list.items.first?.path ?? "-"), forcesRaw: raw.forceRaw, takesDigests: options.report != nil)
        var session = try VerifySession(options: options, hearing: hearing, revealed: revealed, list: list)
        let progress = ArchiveProgress(files: list.items.count, bytes: list.totalBytes)
        _ = Interruption.descriptor
        let told = try await ArchiveRun.hear(
            list.paths, jobs: options.jobCount, options: hearing, known: { session.known($0) },
            goOn: { seconds in
                progress.heard(seconds)
                return !Interruption.hasCome
            },
            { judgement, isKnown in
                progress.clear()
                try session.add(judgement, isKnown: isKnown)
                progress.finished(bytes: judgement.size)
            })
        progress.clear()
        try session.finish(isPartial: told < list.items.count)
    }
}
