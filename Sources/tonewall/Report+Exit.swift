import AtomicFiles
import Failures
import ProcessIO
import ArgumentParser
import AudioIO
import Glibc
import PaymentSession
import TextFormats

extension Report {
    /// Ends the process with the message and the status of `error`.
    static func exit(_ error: any Error) -> Never {
        switch error as? AudioFileError {
        case .outputClosed: endBecauseOutputClosed()
        // This is the orderly end of a stream. There is nothing to flush.
        case .stopped: Glibc.exit(0)
        default: break
        }
        if let known = error as? any ReportableError { exit(known.failure) }
        if let code = error as? ExitCode { end(code.rawValue) }
        let code = Tonewall.exitCode(for: error)
        if code.isSuccess {
            StandardOutput.write(Tonewall.fullMessage(for: error) + "\n")
            Glibc.exit(0)
        }
        if code == .validationFailure { exit(usage(Tonewall.message(for: error))) }
        exit(Failure(.software, code: "command.failed", Tonewall.message(for: error)))
    }

    /// A usage error in one line. Digits that the user typed are not repeated.
    private static func usage(_ message: String) -> Failure {
        let firstLine =
            unknownCommand ?? message.split(separator: "\n").first.map(String.init) ?? "wrong arguments"
        let names = Tonewall.configuration.subcommands.map(name)
        let command = CommandLine.arguments.dropFirst().first { names.contains($0) }
        return Failure.usage(
            firstLine.withoutNumbers(of: PathBytes.arguments),
            advice: "see tonewall \(command.map { "\($0) " } ?? "")--help")
    }

    /// The message if the first words of the command line do not name a command; `nil` if they do.
    private static var unknownCommand: String? {
        var command: any ParsableCommand.Type = Tonewall.self
        for word in PathBytes.arguments {
            let known = command.configuration.subcommands
            guard !word.hasPrefix("-"), !known.isEmpty, command.configuration.defaultSubcommand == nil else { break }
            if let next = known.first(where: { name(of: $0) == word || $0.configuration.aliases.contains(word) }) {
                command = next
                continue
            }
            let near = NearName.of(word.lowercased(), among: known.map(name))
            return "there is no command '\(word.quoted)'" + (near.map { ": did you mean \($0)?" } ?? "")
        }
        return nil
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? String(describing: command).lowercased()
    }

    /// Text from people or files with its longer numbers masked.
    static func veiled(_ text: String) -> String { text.withoutNumbers }

    /// The name of a session, an attempt, a payment or a refund. Only possible card numbers in it are masked, because a
    /// person may have to type it again.
    static func named(_ name: String) -> String { name.withoutCardNumbers }
}
