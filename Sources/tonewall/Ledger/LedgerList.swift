import ProcessIO
import ArgumentParser
import BackOffice

struct LedgerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List sessions, newest first, one a line.",
        discussion: """
            Each line has the time when the session was opened, the amount, the present state, the last card, the \
            reference, the session's name and the gateway's payment ID. '-' stands for a missing value. A payment that \
            was returned is shown as voided, refunded or partly-refunded. Amounts are in major units (42.00); \
            'amount_minor' beside them is in the minor unit of ISO 4217 (4200). The ledger is opened for reading only, \
            so it may be write-protected.

            EXAMPLES
              tonewall ledger list day.ledger --day 2026-11-21 --time-zone Europe/London
              tonewall ledger list day.ledger --last-four 4242 --state refunded
              tonewall ledger list day.ledger --search INV-7 --format ndjson
              tonewall ledger list day.ledger --format csv --bom > day.csv
              tonewall ledger list day.ledger --totals
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup(title: "Filter") var books: PaymentFilterOptions
    @Option(help: "Output format.") var format: TableStyle.Format = .text
    @Flag(help: "Print totals by currency and outcome instead of sessions.") var totals = false
    @Flag(help: "Begin CSV with a byte order mark, so that spreadsheets read it as UTF-8.") var bom = false

    func run() async throws {
        let selection = try books.query.selection()
        let list = try SessionList(of: try file.openToRead(), selection)
        var output = StandardOutput()
        list.write(TableStyle(format, showsTotals: totals, hasByteOrderMark: bom)) { output.append($0) }
        output.flush()
    }
}
