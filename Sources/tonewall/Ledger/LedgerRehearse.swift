import ArgumentParser
import Gateway
import Glibc
import Ledger
import PaymentSession

struct LedgerRehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Payments with a test card, to try a gateway, a ledger and a crash.",
        discussion: """
            Drives whole sessions by their keys and pays each with a public test card. Sessions whose payment is settled in the \
            ledger are left out, so that a run which was killed goes on where it was. What is open is asked for meanwhile. Prints how \
            many were approved, and the project's own share of a payment's time: all but the waiting for the gateway.
            """,
        shouldDisplay: false)

    @OptionGroup var place: GatewayOptions

    @Option(help: ArgumentHelp("The ledger; none is written without.", valueName: "file"))
    var ledger: String?

    @Option(help: "Sessions.")
    var count = 100

    @Option(help: "Sessions at a time.")
    var inFlight = 8

    @Option(
        help: ArgumentHelp(
            """
            Give so much of each approved payment back, in pence, unless it was; asked twice each time, as by two clerks.
            """, valueName: "amount"))
    var refund: Int?

    @Option(help: "Names the sessions; the same seed goes on with the same ones.")
    var seed = "1"

    @Flag(
        help: """
            Print a line before each payment or refund goes to the gateway and one when it has answered, and wait each time for a line \
            on standard input.
            """)
    var steps = false

    func run() async throws {
        let gateway = try await place.openExisting()
        let book = try ledger.map { try Ledger($0, by: .thisProcess) }
        let asked: any PaymentGateway = steps ? SteppedGateway(gateway.client) : gateway.client
        let client: any PaymentGateway =
            if let book { RecordedGateway(asked, at: gateway.url, in: book) } else { asked }
        // What a killed run left is asked for while this one goes on.
        async let settled: OpenItems? = book?.settleOpen(with: gateway.client, at: gateway.url)
        let clerk = book.flatMap { book in
            refund.flatMap { Money($0, Rehearsal.currency) }.map {
                Rehearsal.Clerk(ledger: book, gateway: asked, address: gateway.url, amount: $0)
            }
        }
        let rehearsal = Rehearsal(client: client, ledger: book, seed: seed, clerk: clerk)
        let results = try await rehearsal.run(count: count, inFlight: max(1, inFlight))
        _ = try await settled
        StandardOutput.write(results.words + "\n")
    }
}

/// A gateway that prints each payment and each refund as it goes out and as its answer comes in, and goes on when it is told to.
private struct SteppedGateway: GatewayWrapper {
    let gateway: any PaymentGateway

    init(_ gateway: any PaymentGateway) { self.gateway = gateway }

    func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let key = order.idempotencyKey
        step("sending \(key)\n")
        let answer = await gateway.pay(order, with: card)
        step("answered \(key)\n")
        return answer
    }

    func refund(paymentID: String, amount: Money?, idempotencyKey: String) async throws(GatewayFault) -> String {
        step("sending \(idempotencyKey)\n")
        defer { step("answered \(idempotencyKey)\n") }
        return try await gateway.refund(paymentID: paymentID, amount: amount, idempotencyKey: idempotencyKey)
    }

    private func step(_ words: String) {
        StandardOutput.write(words)
        // Once nobody is there any more, nobody is waited for.
        var byte: UInt8 = 0
        while unsafe read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") {}
    }
}
