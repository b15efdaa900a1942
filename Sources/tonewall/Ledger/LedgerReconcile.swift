import ProcessIO
import ArgumentParser
import AtomicFiles
import BackOffice
import Failures
import LedgerHost
import PaymentSetup

struct LedgerReconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "The list for the end of the day.",
        discussion: """
            Without --gateway nothing is asked and the ledger is only read. With it, asks first what became of everything that is open \
            there: attempts, refunds and voids are looked up; a refund that the gateway has nothing of is asked for once more under its \
            key; a payment that was approved after its session was cancelled is taken back once. Nothing else is: a payment that looks \
            unwanted is listed, and given back only by refund or void. It is also asked about the refunds of the last 40 days: one that \
            a bank has sent back is said once, and its sum can be given back again.

            Lists the day's attempts and every one that is open or has an open refund, oldest first. 'state' is what the gateway said, \
            'outcome' how the money stands now. 'amount' is in major units (42.00), 'amount_minor' in the minor unit of ISO 4217 (4200). \
            A day is one of --time-zone, of 23 or 25 hours where the clocks change.

            --head FILE adds a line with the end of the audit log to FILE. Kept where who can write the ledger cannot, it proves later \
            that nothing was changed or cut off: tonewall ledger verify --head FILE.

            EXAMPLES
              tonewall ledger reconcile day.ledger --gateway https://pay.example --day 2026-11-21 --csv day.csv --head heads.txt
              tonewall ledger reconcile day.ledger --format text --day 2026-11-21 --time-zone Europe/London
              tonewall ledger reconcile day.ledger --currency JPY --format ndjson
              tonewall ledger reconcile day.ledger --totals --bom > totals.csv

            Exit status: 0 nothing is open; 1 something is, whatever is listed, and the 'check' column says what, or a refund was sent \
            back; 69 gateway out of reach.
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup(title: "Which ones") var books: PaymentFilterOptions
    @Option(help: "How the list is told; text has totals, too.") var format: TableStyle.Format = .csv
    @Option(
        help: ArgumentHelp(
            "Write the list as CSV here, and the totals as text to standard output; '-' is standard output.",
            valueName: "file"), completion: .file())
    var csv: String?
    @Flag(help: "The totals by currency and outcome instead of the attempts.") var totals = false
    @Flag(help: "Begin CSV with a byte order mark, by which a spreadsheet knows UTF-8.") var bom = false
    @Option(
        help: ArgumentHelp("Add the audit log's end to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var head: String?
    @OptionGroup(title: "Gateway") var place: GatewayOptions

    func run() async throws {
        for output in [csv, head] { try file.refuse(asOutput: output) }
        let style = TableStyle(format, showsTotals: totals, hasByteOrderMark: bom)
        let selection = try books.query.selection()
        let ledger = place.gateway == nil ? try file.openToRead() : try file.open()
        let inquiry =
            place.gateway == nil ? nil : try await GatewayInquiry(of: ledger, to: try await place.choice.open())
        let report = try ReconciliationReport(of: ledger, selection, after: inquiry)
        let csvFile = csv == "-" ? nil : csv
        if let csvFile { try AtomicFile.write(report.csv(style).terminalText, to: csvFile, permissions: .ordinary) }
        var output = StandardOutput()
        report.write(style, hasCSVFile: csvFile != nil) { output.append($0) }
        if head == "-" { output.append(ChainHeadFile.line(report.chainEnd, at: selection.clock)) }
        output.flush()
        if let head, head != "-" { try ChainHeadFile.add(report.chainEnd, to: head, at: selection.clock) }
        for line in report.sentBack { Report.note(line) }
        if let finding = report.finding { throw finding }
        if !report.sentBack.isEmpty { throw ExitCode(Failure.Status.finding.rawValue) }
    }
}
