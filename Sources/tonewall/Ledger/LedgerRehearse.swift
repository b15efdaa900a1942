import ArgumentParser
import Gateway
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

    @Option(help: "Names the sessions; the same seed goes on with the same ones.")
    var seed = "1"

    func run() async throws {
        let gateway = try await place.openExisting()
        let book = try ledger.map { try Ledger($0, by: .thisProcess) }
        let client: any PaymentGateway =
            if let book { RecordedGateway(gateway.client, at: gateway.url, in: book) } else { gateway.client }
        // What a killed run left is asked for while this one goes on.
        async let settled: [RecordedAttempt]? = book?.settleOpen(with: gateway.client, at: gateway.url)
        let rehearsal = Rehearsal(client: client, ledger: book, seed: seed)
        let results = try await rehearsal.run(count: count, inFlight: max(1, inFlight))
        _ = try await settled
        StandardOutput.write(results.words + "\n")
    }
}
