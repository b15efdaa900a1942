import ArgumentParser
import AtomicFiles
import AudioIO
import CurlClient
import ProcessIO
import ProductVersion

@main
struct Tonewall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tonewall",
        abstract: "Keep DTMF card digits out of calls and recordings, and take the payment.",
        discussion: """
            Tonewall finds telephone keys (DTMF) in a call. It removes their tones from what the agent hears and from \
            the recording, and takes a payment with the digits. '-' is standard input or output.

              tonewall decode call.wav              print the keys that were pressed
              tonewall suppress call.wav clean.wav  remove the tones from a call
              sox call.flac -t wav - | tonewall decode -

            Exit status: 0 done; 1 a finding; 64 wrong usage; 65 bad data; 66 no input; 69 gateway out of reach; 73 \
            output cannot be created; 74 read or write failed; 130, 143 at a second INT or TERM.
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
        // This must come before any library reads the environment.
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
