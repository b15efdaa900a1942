import ProcessIO
import ArgumentParser
import BackOffice

struct LedgerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Sessions, newest first, a line each.",
        discussion: """
            When it was opened, the amount, how it stands now, the last card, the reference, the session's name, and the gateway's name \
            for the payment; '-' for what there is not. A payment that was given back says voided, refunded or partly-refunded. \
            Amounts are in major units (42.00); 'amount_minor' beside them is in the minor unit of ISO 4217 (4200). \
            The ledger is only read, and may be one that cannot be written.

            EXAMPLES
              tonewall ledger list day.ledger --day 2026-11-21 --time-zone Europe/London
              tonewall ledger list day.ledger --last-four 4242 --state refunded
              tonewall ledger list day.ledger --search INV-7 --format ndjson
              tonewall ledger list day.ledger --format csv --bom > day.csv
              tonewall ledger list day.ledger --totals
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup(title: "Which ones") var books: PaymentFilterOptions
    @Option(help: "How the sessions are told.") var format: TableStyle.Format = .text
    @Flag(help: "The totals by currency and outcome instead of the sessions.") var totals = false
    @Flag(help: "Begin CSV with a byte order mark, by which a spreadsheet knows UTF-8.") var bom = false

    func run() async throws {
        let selection = try books.query.selection()
        let list = try SessionList(of: try file.openToRead(), selection)
        var output = StandardOutput()
        list.write(TableStyle(format, showsTotals: totals, hasByteOrderMark: bom)) { output.append($0) }
        output.flush()
    }
}
