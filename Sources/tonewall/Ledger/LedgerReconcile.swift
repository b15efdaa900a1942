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
        abstract: "List a day's payments and settle open ones.",
        discussion: """
            Without --gateway the ledger is only read. With it, the gateway is first asked about everything that is \
            open there. Attempts, refunds and voids are looked up. A refund that the gateway does not know is \
            requested once more under its key. A payment that was approved after its session was cancelled is voided \
            once. Other payments that look unwanted are only listed; return them with refund or void. The gateway is \
            also asked about the refunds of the last 40 days. A refund that a bank has sent back is reported once, and \
            its amount can be refunded again.

            Lists the day's attempts, and all attempts that are open or have an open refund, oldest first. 'state' is \
            the gateway's answer, 'outcome' the present state of the money. 'amount' is in major units (42.00), \
            'amount_minor' in the minor unit of ISO 4217 (4200). A day is a day of --time-zone; it has 23 or 25 hours \
            when the clocks change.

            --head FILE appends the end of the audit log to FILE. Keep FILE where users who can write the ledger \
            cannot write. 'tonewall ledger verify --head FILE' then proves that nothing was changed or cut off.

            EXAMPLES
              tonewall ledger reconcile day.ledger --gateway https://pay.example --day 2026-11-21 --csv day.csv --head heads.txt
              tonewall ledger reconcile day.ledger --format text --day 2026-11-21 --time-zone Europe/London
              tonewall ledger reconcile day.ledger --currency JPY --format ndjson
              tonewall ledger reconcile day.ledger --totals --bom > totals.csv

            Exit status: 0 nothing is open; 1 something is open (the 'check' column says what), even if it is not \
            listed, or a refund was sent back; 69 gateway out of reach.
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup(title: "Filter") var books: PaymentFilterOptions
    @Option(help: "Output format; text also has totals.") var format: TableStyle.Format = .csv
    @Option(
        help: ArgumentHelp(
            "Write the list as CSV to this file, and the totals as text to standard output; '-' is standard output.",
            valueName: "file"), completion: .file())
    var csv: String?
    @Flag(help: "Print totals by currency and outcome instead of attempts.") var totals = false
    @Flag(help: "Begin CSV with a byte order mark, so that spreadsheets read it as UTF-8.") var bom = false
    @Option(
        help: ArgumentHelp("Append the end of the audit log to this file; '-' is standard output.", valueName: "file"),
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
