import ProcessIO
import ArgumentParser
import BackOffice

struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one session: its attempts, money, refunds and receipts.",
        discussion: """
            The ledger is opened for reading only, so it may be write-protected.

            EXAMPLES
              tonewall ledger show day.ledger CALL-7
              tonewall ledger show day.ledger pi_123 --time-zone Europe/London
            """)

    @OptionGroup var file: LedgerFile
    @Argument(help: "The session's name, the gateway's payment ID, or an idempotency key.")
    var session: String
    @OptionGroup var zone: TimeZoneOption

    func run() async throws {
        let sheet = try SessionSheet(of: session, in: try file.openToRead(), clock: try zone.clock())
        StandardOutput.write(sheet.text)
    }
}
