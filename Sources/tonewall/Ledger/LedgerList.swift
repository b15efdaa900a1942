import AtomicFiles
import ArgumentParser
import CallControl
import Ledger
import ProcessIO

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

    @OptionGroup(title: "Which ones")
    var books: PaymentFilterOptions

    @Option(help: "text, csv or ndjson.")
    var format: TableFormat = .text

    @Flag(help: "The totals by currency and outcome instead of the sessions.")
    var totals = false

    @Flag(help: "Begin CSV with a byte order mark, by which a spreadsheet knows UTF-8.")
    var bom = false

    func run() async throws {
        var filter = try books.filter()
        filter.time = try books.day == nil ? nil : books.range()
        let clock = try books.zone.clock()
        let ledger = try file.openToRead()
        let entries = try ledger.entries(filter)
        let sums = PaymentTotals(entries, isTest: try ledger.kind() == .test)
        var output = StandardOutput()
        switch format {
        case .text where totals: output.append(sums.text)
        case .text:
            for entry in entries { output.append(Self.text(entry, clock) + "\n") }
        case .csv:
            let rows = totals ? sums.rows : entries.map { $0.row(clock) }
            output.append(PaymentTableRow.csv(rows, empty: totals ? .emptyTotal : .emptyEntry, marked: bom))
        case .ndjson:
            for row in totals ? sums.rows : entries.map({ $0.row(clock) }) { output.append(row.json()) }
        }
        output.flush()
    }

    private static func text(_ entry: PaymentSummary, _ clock: ZonedClock) -> String {
        let (session, last) = (entry.session, entry.attempts.last)
        var state = entry.outcome
        if let charge = entry.charge, charge.state == .partlyRefunded {
            state += " (\(sum(charge.givenBack(entry.refunds), charge.currency)) given back)"
        }
        if let charge = entry.charge, entry.refunds.openAmount > 0 {
            state += " (\(sum(entry.refunds.openAmount, charge.currency)) asked back, not known yet)"
        }
        let fields = [
            clock.text(session.opened), sum(session.amount, session.currency), state,
            last.map { "\($0.brand) \($0.lastFour)" } ?? "-", session.reference ?? "-", session.id,
            entry.charge?.payment ?? last?.payment ?? "-",
        ]
        return (fields + (entry.isTest ? ["TEST"] : [])).map(\.quoted).joined(separator: "  ")
    }
}
