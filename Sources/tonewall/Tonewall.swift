import ArgumentParser
import AtomicFiles
import AudioIO
import CurlClient
import ProcessIO

@main
struct Tonewall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tonewall",
        abstract: "Hears the keys so that nobody else does.",
        discussion: """
            Tonewall finds telephone keys (DTMF) in a call, takes their tones out of what the agent hears and of the \
            recording, and feeds the digits to a payment. '-' is standard input or output.

              tonewall decode call.wav              which keys were pressed
              tonewall suppress call.wav clean.wav  the same call without its tones
              sox call.flac -t wav - | tonewall decode -

            Exit status: 0 done; 1 a finding; 64 wrong usage; 65 bad data; 66 no input; 69 gateway out of reach; \
            73 output cannot be made; 74 read or write failed; 130, 143 at a second INT or TERM.
            """,
        version: Version.line,
        subcommands: [
            Decode.self,
            Devices.self,
            Live.self,
            Suppress.self,
            Verify.self,
            Redact.self,
            Synth.self,
            GatewayCommand.self,
            LedgerCommand.self,
            Pay.self,
        ])

    static func main() async {
        // Before any library has looked.
        ForeignSettings.forget()
        StandardDescriptors.occupy()
        do {
            var command = try parseAsRoot(PathBytes.arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            OutputQueue.settle()
        } catch {
            Report.exit(error)
        }
    }
}
