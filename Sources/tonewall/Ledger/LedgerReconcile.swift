import ArgumentParser
import AtomicFiles
import CallControl
import Failures
import Gateway
import Ledger
import PaymentSession
import ProcessIO
import Secrets

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

    @OptionGroup(title: "Which ones")
    var books: PaymentFilterOptions

    @Option(help: "csv, text with totals, or ndjson.")
    var format: TableFormat = .csv

    @Option(
        help: ArgumentHelp(
            "Write the list as CSV here, and the totals as text to standard output; '-' is standard output.",
            valueName: "file"), completion: .file())
    var csv: String?

    @Flag(help: "The totals by currency and outcome instead of the attempts.")
    var totals = false

    @Flag(help: "Begin CSV with a byte order mark, by which a spreadsheet knows UTF-8.")
    var bom = false

    @Option(
        help: ArgumentHelp("Add the audit log's end to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var head: String?

    @OptionGroup(title: "Gateway")
    var place: GatewayOptions

    /// What a gateway that was asked told.
    private struct Asked {
        var url: String?
        var fault: GatewayFault?
        var sentBack: [RefundRecord] = []
    }

    func run() async throws {
        for output in [csv, head] { try file.refuse(asOutput: output) }
        let (range, filter, clock) = (try books.range(), try books.filter(), try books.zone.clock())
        let ledger = place.gateway == nil ? try file.openToRead() : try file.open()
        let asked = try await ask(ledger)
        let all = try ledger.reconciliation(from: range.lowerBound, until: range.upperBound)
        let back = try ledger.givenBack(from: range.lowerBound, until: range.upperBound).filter(filter.matches)
        try write(all.filter(filter.matches), back, clock, of: ledger)
        for refund in asked.sentBack {
            Report.note(
                "tonewall: \(file.ledger): refund \(refund.key) was sent back by the bank: the payer has nothing of it")
        }
        guard let open = Self.words(forOpen: all) else {
            guard asked.sentBack.isEmpty else { throw ExitCode(Failure.Status.finding.rawValue) }
            return
        }
        let elsewhere = all.lazy.filter(\.isOpen).map(\.openAt).first { $0 != asked.url }
        throw Failure(
            .finding, file: file.ledger, open,
            advice: Self.advice(asked.fault, asked: asked.url, elsewhere: elsewhere))
    }

    private func ask(_ ledger: Ledger) async throws -> Asked {
        guard place.gateway != nil else { return Asked() }
        let gateway = try await place.open()
        try ledger.require(gateway.kind)
        let fault = try await ledger.settleOpen(with: gateway.client, at: gateway.url).fault
        let sentBack = try await ledger.refundsSentBack(with: gateway.client, at: gateway.url)
        return Asked(url: gateway.url, fault: fault, sentBack: sentBack)
    }

    private func write(_ lines: [ReconciliationLine], _ back: [RefundLine], _ clock: ZonedClock, of ledger: Ledger)
        throws
    {
        let isTest = try ledger.kind() == .test
        let sums = PaymentTotals(lines, givenBack: back, isTest: isTest)
        let rows = totals ? sums.rows : lines.map { $0.row(clock) }
        let table = PaymentTableRow.csv(rows, empty: totals ? .emptyTotal : .emptyLine, marked: bom)
        let end = try ledger.end()
        let isFile = csv.map { $0 != "-" } ?? false
        if let csv, isFile { try AtomicFile.write(table.terminalText, to: csv, permissions: .ordinary) }
        var output = StandardOutput()
        switch format {
        case .csv where !isFile: output.append(table)
        case .ndjson:
            if !totals { for line in lines { output.append(line.row(clock).json(kind: "attempt")) } }
            for row in sums.rows { output.append(row.json(kind: "total")) }
        case .csv, .text:
            if isTest { output.append("TEST: no money moved\n") }
            if format == .text, !totals { for line in lines { output.append(Self.text(line, clock) + "\n") } }
            output.append(sums.text + "head  \(end.text)\n")
        }
        output.flush()
        if let head { try HeadFile.add(end, to: head, at: clock) }
    }

    private static func text(_ line: ReconciliationLine, _ clock: ZonedClock) -> String {
        let attempt = line.attempt
        let fields = [
            clock.text(attempt.sent), sum(attempt.amount, attempt.currency), line.outcome,
            "\(attempt.brand) \(attempt.lastFour)", attempt.reference ?? "-", attempt.order.name,
            attempt.payment ?? "-",
        ]
        let ends = [line.check, line.isTest ? "TEST" : nil].compactMap { $0 }
        return (fields + ends).map(\.quoted).joined(separator: "  ")
    }

    /// What to do about what is open. Nobody is sent to settle by hand what a gateway can still be asked about.
    ///
    /// - Parameter elsewhere: The address of a gateway that was not asked, where something is open there.
    private static func advice(_ fault: GatewayFault?, asked: String?, elsewhere: String?) -> String {
        switch fault {
        case nil where elsewhere != nil: "ask with --gateway \(elsewhere ?? "")"
        case nil where asked == nil: "ask with --gateway URL"
        case .refused(401, _), .refused(403, _):
            "the gateway refused the key: check TONEWALL_GATEWAY_KEY or --key-file and ask again"
        case .memoryNotLocked: LockedMemory.Refusal.advice
        case .cannotConnect, .untrusted, .badAddress, .insecureAddress, .timedOut, .closedEarly:
            "the gateway: \(fault?.words ?? ""); ask again once it answers"
        default: "look them up at the gateway by hand, then tonewall ledger settle"
        }
    }

    /// `2 attempts and 1 refund of 500 lines are open`; `nil` where nothing is.
    private static func words(forOpen lines: [ReconciliationLine]) -> String? {
        func counted(_ count: Int, _ word: String) -> String? {
            count == 0 ? nil : "\(count) \(count == 1 ? word : word.replacing(/^\w+/) { $0.output + "s" })"
        }
        let attempts = lines.count { !$0.attempt.state.isFinal }
        let refunds = lines.reduce(0) { $0 + $1.openRefunds.count }
        let unwanted = lines.count(where: \.isUnwanted)
        let parts = [
            counted(attempts, "attempt"), counted(refunds, "refund"), counted(unwanted, "payment to decide on"),
        ].compactMap { $0 }
        guard !parts.isEmpty else { return nil }
        let verb = attempts + refunds + unwanted == 1 ? "is" : "are"
        return "\(parts.joined(separator: " and ")) \(verb) open, of \(counted(lines.count, "line") ?? "no line")"
    }
}
