import ArgumentParser
import Foundation
import Glibc
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

            FAULTS
              KIND[=SECONDS][*TIMES][@PROBABILITY][:any], separated by commas; ':any' hits look-ups, too. Kinds:
              drop-before        closes the connection, nothing done
              commit-then-drop   books the payment, closes the connection without a reply
              mid-reply          books the payment, closes the connection half-way through the reply
              slow               waits, then does the work (1 s unless =SECONDS says otherwise)
              late-reply         does the work, then waits
              500                answers 500, nothing done, and the same again to the same idempotency key
              commit-then-500    books the payment, answers 500
              409, 429           refuses as busy, as called too often
              duplicate-webhook, webhook-out-of-order
              They can be changed while it runs: POST, GET or DELETE /admin/faults, form field 'faults'.

            KEYS
              Any Bearer key that begins with sk_test_ may do everything, any that begins with rk_test_ may look things up.

            LIMITS
              400 connections; a request of 16 KiB of headers and 1 MiB of body, whole within 20 s; a reply taken within 20 s; a minute
              between requests. Whoever goes beyond, or whose request is no HTTP/1.1 to the letter, is refused and the connection
              closed. Webhooks go to https addresses, and to plain http ones of this machine.
            """)

    @Option(help: ArgumentHelp("Port on 127.0.0.1; 0 takes a free one.", valueName: "n"))
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("What is to go wrong, as above.", valueName: "list"), transform: GatewayCommand.faults)
    var faults: [Fault] = []

    @Option(
        help: ArgumentHelp(
            "SQLite file that payments are kept in across starts; made where there is none.", valueName: "file"),
        completion: .file())
    var state: String?

    @Flag(help: ArgumentHelp("End once standard input does, for who started it.", visibility: .hidden))
    var untilInputEnds = false

    private static func faults(_ text: String) throws -> [Fault] {
        do {
            return try Fault.list(text)
        } catch {
            throw ValidationError("the fault '\(error.text)' cannot be read: \(error.reason)")
        }
    }

    func run() async throws {
        CoreDumps.forbid()
        if untilInputEnds {
            // Before anything else: who started it may be gone already.
            Thread.detachNewThread {
                var byte: UInt8 = 0
                while true {
                    let count = unsafe read(STDIN_FILENO, &byte, 1)
                    if count == 0 || count < 0 && errno != EINTR { _exit(0) }
                }
            }
        }
        let gateway = try await MockGateway.start(port: port, faults: faults, state: state)
        StandardOutput.write(gateway.url + "\n")
        await gateway.wait()
    }
}
