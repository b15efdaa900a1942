import Archive
import AtomicFiles
import ArgumentParser
import AudioIO
import Failures
import Foundation
import ProductVersion

/// The options of `verify`.
struct VerifyOptions: ParsableArguments {
    @Option(help: "Output format.")
    var format = JudgementFormat.text

    @Option(help: "Read more paths from this file, one a line or each ended by a NUL; '-' is standard input.")
    var filesFrom: String?

    @Option(help: "Write a report with pictures and a signed summary to this folder.", completion: .directory)
    var report: String?

    @Option(help: "Private Ed25519 key (PEM) that signs the report.", completion: .file())
    var signKey: String?

    @Option(help: "Check the report in this folder instead.", completion: .directory)
    var checkReport: String?

    @Option(help: "Public key (PEM) of the signature of a checked report.", completion: .file())
    var key: String?

    @Option(
        name: [.customShort("j"), .customLong("jobs")],
        help: "Number of recordings processed in parallel (default: one a core).")
    var jobs: Int?

    @Option(
        help: "Keep the judgements in this file and continue from it. Changed recordings are judged again.",
        completion: .file())
    var resume: String?

    @Flag(help: "Follow links to folders and links unpacked as text. Each folder is walked once, so loops end.")
    var follow = false

    @Flag(help: "Name all files in folders that are clearly not audio, in every format.")
    var listOthers = false

    @Flag(help: "Show which keys were found, on a terminal only.")
    var reveal = false

    @Flag(help: "With --reveal: also show them in pipes, files and reports.")
    var yesReveal = false

    var jobCount: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("-j takes 1 to 1024") }
        if yesReveal && !reveal { throw ValidationError("--yes-reveal goes with --reveal") }
    }

    /// Whether keys may be shown on standard output. Throws if standard output is not a terminal without --yes-reveal.
    func revealsOnOutput() throws -> Bool {
        guard reveal else { return false }
        if !yesReveal && isatty(STDOUT_FILENO) == 0 {
            throw Failure.usage(
                "standard output is no terminal, and keys would stay where it goes",
                advice: "add --yes-reveal if that is meant")
        }
        return true
    }

    /// - Parameter reveals: Whether keys may be shown on standard output.
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

    /// The default key, which is created if it is missing. Its public key is stored beside it.
    static var defaultKeyPath: String {
        PathBytes.join(PathBytes.accountFolder("XDG_CONFIG_HOME", else: ".config") ?? ".", "report-key.pem")
    }
}
