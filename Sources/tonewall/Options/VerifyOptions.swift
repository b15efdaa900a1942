import Archive
import AtomicFiles
import ArgumentParser
import AudioIO
import Failures
import Foundation

/// What `verify` is asked to do.
struct VerifyOptions: ParsableArguments {
    @Option(help: "How judgements are told.")
    var format = JudgementFormat.text

    @Option(help: "More paths, a line each or with a NUL behind each, from this file; '-' is standard input.")
    var filesFrom: String?

    @Option(help: "Writes a report with pictures and a signed summary into this folder.", completion: .directory)
    var report: String?

    @Option(help: "The private Ed25519 key (PEM) that signs the report.", completion: .file())
    var signKey: String?

    @Option(help: "Checks the report in this folder instead.", completion: .directory)
    var checkReport: String?

    @Option(help: "The public key (PEM) that a checked report must be signed with.", completion: .file())
    var key: String?

    @Option(
        name: [.customShort("j"), .customLong("jobs")], help: "Recordings heard side by side (default: one a core).")
    var jobs: Int?

    @Option(
        help: "Keeps what was judged in this file, and goes on from it: what has changed since is heard again.",
        completion: .file())
    var resume: String?

    @Flag(help: "Follow links to folders, and links unpacked as text; each folder is walked once, so that loops end.")
    var follow = false

    @Flag(help: "Name files in folders that are plainly no audio, however many they are and in each format.")
    var listOthers = false

    @Flag(help: "Say which keys were found; on a terminal only.")
    var reveal = false

    @Flag(help: "With --reveal: say it in pipes, files and reports too.")
    var yesReveal = false

    var jobCount: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("-j takes 1 to 1024") }
        if yesReveal && !reveal { throw ValidationError("--yes-reveal goes with --reveal") }
    }

    /// Whether keys may be told on standard output; refuses where that would put them into a log.
    func revealsOnOutput() throws -> Bool {
        guard reveal else { return false }
        if !yesReveal && isatty(STDOUT_FILENO) == 0 {
            throw Failure.usage(
                "standard output is no terminal, and keys would stay where it goes",
                advice: "add --yes-reveal if that is meant")
        }
        return true
    }

    /// - Parameter reveals: Whether keys may be told on standard output.
    func runOptions(reveals: Bool) -> VerificationRun.Options {
        var run = VerificationRun.Options()
        run.format = format
        (run.revealsKeys, run.reportsKeys) = (reveals, reveals && yesReveal)
        run.listsOthers = listOthers
        run.report = report.map { ($0, signKey ?? Self.defaultKeyPath) }
        run.tool = "tonewall \(Version.line)"
        run.settings = ["arguments": PathBytes.arguments.map(\.quoted).joined(separator: " ")]
        if follow { run.settings["follow"] = "yes" }
        return run
    }

    /// The key that is made where none is named; its public half lies beside it.
    static var defaultKeyPath: String {
        PathBytes.join(PathBytes.accountFolder("XDG_CONFIG_HOME", else: ".config") ?? ".", "report-key.pem")
    }
}
