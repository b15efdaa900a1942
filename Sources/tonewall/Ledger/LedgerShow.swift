import ProcessIO
import ArgumentParser
import BackOffice

struct LedgerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One session: its attempts, its money, its refunds, its receipts.",
        discussion: """
            The ledger is only read, and may be one that cannot be written.

            EXAMPLES
              tonewall ledger show day.ledger CALL-7
              tonewall ledger show day.ledger pi_123 --time-zone Europe/London
            """)

    @OptionGroup var file: LedgerFile
    @Argument(help: "The session's name; or the gateway's name for its payment, or an idempotency key.")
    var session: String
    @OptionGroup var zone: TimeZoneOption

    func run() async throws {
        let sheet = try SessionSheet(of: session, in: try file.openToRead(), clock: try zone.clock())
        StandardOutput.write(sheet.text)
    }
}
