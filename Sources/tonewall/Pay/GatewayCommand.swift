import ArgumentParser
import MockGateway
import ProcessIO
import Secrets

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Run a mock payment gateway for trials.",
        discussion: """
            Serves an API like Stripe's PaymentIntents over HTTP on 127.0.0.1, with the public test cards, until it is \
            interrupted. Its first line of output is its address. It takes no real money and stores no card number. It \
            writes no core file and no crash report, and other processes of the same user cannot read its memory.

            EXAMPLE
              tonewall gateway --port 8420 --state day.gateway --faults 'commit-then-drop*1,slow=2@0.1'

            \(Fault.help)

            KEYS
              A Bearer key that begins with sk_test_ may do everything. One that begins with rk_test_ may only read.

            LIMITS
              400 connections; 16 KiB of headers and 1 MiB of body in a request, which must be complete within 20 s; a
              reply must be read within 20 s; at most a minute between requests. A client that exceeds a limit, or
              whose request is not strict HTTP/1.1, is refused and disconnected. Webhooks go to https addresses, and
              to plain http addresses of this machine.
            """)

    @Option(help: .init("Port on 127.0.0.1; 0 chooses a free one.", valueName: "n")) var port: UInt16 = 0
    @Option(
        help: .init("Faults to simulate, as above.", valueName: "list"),
        transform: { text throws -> [Fault] in
            do throws(FaultSyntaxError) { return try Fault.list(text) } catch {
                throw ValidationError("the fault '\(error.text)' cannot be read: \(error.reason)")
            }
        })
    var faults: [Fault] = []
    @Option(
        help: ArgumentHelp(
            "SQLite file that keeps payments between starts; created if it is missing.", valueName: "file"),
        completion: .file())
    var state: String?
    @Flag(help: .init("End at the end of standard input, for a parent process.", visibility: .hidden))
    var untilInputEnds = false

    func run() async throws {
        CoreDumps.forbid()
        if untilInputEnds { MockProcess.endWithInput() }
        let gateway = try await MockGateway.start(port: port, faults: faults, state: state)
        StandardOutput.write(gateway.url + "\n")
        await gateway.wait()
    }
}
