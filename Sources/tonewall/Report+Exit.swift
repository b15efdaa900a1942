import AtomicFiles
import Failures
import ProcessIO
import ArgumentParser
import AudioIO
import Glibc
import PaymentSession
import TextFormats

extension Report {
    /// Ends the process as `error` asks.
    static func exit(_ error: any Error) -> Never {
        switch error as? AudioFileError {
        case .outputClosed: endBecauseOutputClosed()
        // There was nothing to flush: a stream's end in good order.
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

    /// A wrong command line in one line; what the user typed may hold digits, which are not repeated.
    private static func usage(_ message: String) -> Failure {
        let firstLine =
            unknownCommand ?? message.split(separator: "\n").first.map(String.init) ?? "wrong arguments"
        let names = Tonewall.configuration.subcommands.map(name)
        let command = CommandLine.arguments.dropFirst().first { names.contains($0) }
        return Failure.usage(
            firstLine.withoutNumbers(of: PathBytes.arguments),
            advice: "see tonewall \(command.map { "\($0) " } ?? "")--help")
    }

    /// What is said where the first words of the command line are to name a command and do not; `nil` where they do.
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

    /// Text that people or files wrote in passing, with its longer numbers made unreadable.
    static func veiled(_ text: String) -> String { text.withoutNumbers }

    /// The name of a session, an attempt, a payment or a refund, which a person may have to type again: whole, but for
    /// what may be a card number.
    static func named(_ name: String) -> String { name.withoutCardNumbers }
}
