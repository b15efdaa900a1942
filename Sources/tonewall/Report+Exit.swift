import ProcessIO
import ArgumentParser
import AudioIO
import Glibc
import PaymentSession

extension Report {
    /// Ends the process as `error` asks.
    static func exit(_ error: any Error) -> Never {
        switch error as? AudioFileError {
        case .outputClosed: endBecauseOutputClosed()
        // There was nothing to flush: a stream's end in good order.
        case .stopped: Glibc.exit(0)
        default: break
        }
        if let known = error as? any CommandFailure { exit(known.failure) }
        if let code = error as? ExitCode { end(code.rawValue) }
        let code = Tonewall.exitCode(for: error)
        if code.isSuccess {
            StandardOutput.write(Tonewall.fullMessage(for: error) + "\n")
            Glibc.exit(0)
        }
        if code == .validationFailure { exit(usage(Tonewall.message(for: error))) }
        exit(Failure(.software, Tonewall.message(for: error)))
    }

    /// A wrong command line in one line; what the user typed may hold digits, which are not repeated.
    private static func usage(_ message: String) -> Failure {
        let firstLine = message.split(separator: "\n").first.map(String.init) ?? "wrong arguments"
        let names = Tonewall.configuration.subcommands.map {
            $0.configuration.commandName ?? String(describing: $0).lowercased()
        }
        let command = CommandLine.arguments.dropFirst().first { names.contains($0) }
        return Failure(
            .usage, veiled(firstLine), advice: "see tonewall \(command.map { "\($0) " } ?? "")--help")
    }

    /// `text` with its longer numbers made unreadable.
    static func veiled(_ text: String) -> String { text.withoutNumbers }
}
