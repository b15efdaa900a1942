import ArgumentParser
import MockGateway
import ProcessIO
import Secrets

struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "A payment gateway to try things on.",
        discussion: """
            Serves the shape of Stripe's PaymentIntents over HTTP on 127.0.0.1, with the public test cards, until it is interrupted. \
            Its first line of output is its address. It takes no real money and keeps no card number. It leaves no core file and no crash \
            report, and other processes of the same user cannot read its memory.

            EXAMPLE
              tonewall gateway --port 8420 --state day.gateway --faults 'commit-then-drop*1,slow=2@0.1'

            \(Fault.help)

            KEYS
              Any Bearer key that begins with sk_test_ may do everything, any that begins with rk_test_ may look things up.

            LIMITS
              400 connections; a request of 16 KiB of headers and 1 MiB of body, whole within 20 s; a reply taken within 20 s; a minute
              between requests. Whoever goes beyond, or whose request is no HTTP/1.1 to the letter, is refused and the connection
              closed. Webhooks go to https addresses, and to plain http ones of this machine.
            """)

    @Option(help: .init("Port on 127.0.0.1; 0 takes a free one.", valueName: "n")) var port: UInt16 = 0
    @Option(
        help: .init("What is to go wrong, as above.", valueName: "list"),
        transform: { text throws -> [Fault] in
            do throws(FaultSyntaxError) { return try Fault.list(text) } catch {
                throw ValidationError("the fault '\(error.text)' cannot be read: \(error.reason)")
            }
        })
    var faults: [Fault] = []
    @Option(
        help: ArgumentHelp(
            "SQLite file that payments are kept in across starts; made where there is none.", valueName: "file"),
        completion: .file())
    var state: String?
    @Flag(help: .init("End once standard input does, for who started it.", visibility: .hidden))
    var untilInputEnds = false

    func run() async throws {
        CoreDumps.forbid()
        if untilInputEnds { MockProcess.endWithInput() }
        let gateway = try await MockGateway.start(port: port, faults: faults, state: state)
        StandardOutput.write(gateway.url + "\n")
        await gateway.wait()
    }
}
