import ArgumentParser
import CallControl
import Foundation
import Gateway
import StripeGateway
import Glibc
import Ledger
import LedgerSQLite
import PaymentSession

/// Payments with a test card, to try a ledger and a crash, and to measure: whole sessions by their keys, on the path of
/// `pay` and `live`.
///
/// Sessions whose payment is settled in the ledger are left out, so that a run which was killed goes on where it was.
/// What is open is asked for meanwhile. Prints how many were approved, and the project's own share of a payment's time:
/// all but the waiting for the gateway.
@main
struct PaymentBench: AsyncParsableCommand {
    @Option(help: "The gateway's address; its key is TONEWALL_GATEWAY_KEY.")
    var gateway: String

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
        let key = ProcessInfo.processInfo.environment["TONEWALL_GATEWAY_KEY"] ?? "sk_test_bench"
        let client = try PaymentIntentsGateway(url: gateway, key: key)
        let book = try ledger.map { try Ledger($0, by: Origin(who: "bench", place: "process \(getpid())")) }
        let asked: any PaymentGateway = steps ? SteppedGateway(client) : client
        // What a killed run left is asked for while this one goes on.
        async let settled: OpenItems? = book?.settleOpen(with: client, at: gateway)
        let load = PaymentLoad(gateway: asked, address: gateway, ledger: book, seed: seed, refund: refund)
        let results = try await load.run(count: count, inFlight: max(1, inFlight))
        _ = try await settled
        print(results.words)
    }
}

/// A gateway that prints each payment and each refund as it goes out and as its answer comes in, and goes on when it is
/// told to.
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
        let bytes = Array(words.utf8)
        _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
        // Once nobody is there any more, nobody is waited for.
        var byte: UInt8 = 0
        while unsafe read(STDIN_FILENO, &byte, 1) == 1, byte != UInt8(ascii: "\n") {}
    }
}
