internal import Currencies
internal import AtomicFiles
package import Failures
internal import Gateway
package import Ledger
internal import PaymentSession
internal import SecretProtocols

/// The reconciliation list of a day: its attempts, and everything that is open, whatever its time.
package struct ReconciliationReport {
    private let path: String
    /// All lines, because lines outside the filter may be open too.
    private let all: [ReconciliationLine]
    private let shown: [ReconciliationLine]
    private let totals: PaymentTotals
    private let isTest: Bool
    private let clock: ZonedClock
    private let inquiry: GatewayInquiry?
    /// The audit log's end when the list was made.
    package let chainEnd: ChainHead

    /// - Parameters:
    ///   - selection: The day, and what is shown of it.
    ///   - inquiry: The answers of a gateway; `nil` if none was asked.
    package init(
        of ledger: Ledger, _ selection: PaymentSelection, after inquiry: GatewayInquiry?
    ) throws(LedgerError) {
        let (day, filter) = (selection.day ?? Int.min..<Int.max, selection.filter)
        path = ledger.path
        clock = selection.clock
        self.inquiry = inquiry
        all = try ledger.reconciliation(from: day.lowerBound, until: day.upperBound)
        shown = all.filter(filter.matches)
        let back = try ledger.givenBack(from: day.lowerBound, until: day.upperBound).filter(filter.matches)
        isTest = try ledger.kind() == .test
        totals = PaymentTotals(shown, givenBack: back, isTest: isTest)
        chainEnd = try ledger.end()
    }

    /// The list as CSV, with its header.
    package func csv(_ style: TableStyle) -> String {
        let rows = style.showsTotals ? totals.rows : shown.map { $0.row(clock) }
        return PaymentTableRow.csv(
            rows, empty: style.showsTotals ? .emptyTotal : .emptyLine, marked: style.hasByteOrderMark)
    }

    /// Passes the list piece by piece to `output`.
    ///
    /// - Parameters:
    ///   - style: The form of the list.
    ///   - hasCSVFile: Whether the CSV goes to a file, so that `output` receives the totals as text.
    ///   - output: Receives the pieces.
    package func write(_ style: TableStyle, hasCSVFile: Bool = false, to output: (String) -> Void) {
        switch style.format {
        case .csv where !hasCSVFile: output(csv(style))
        case .ndjson:
            if !style.showsTotals { for line in shown { output(line.row(clock).json(kind: "attempt")) } }
            for row in totals.rows { output(row.json(kind: "total")) }
        case .csv, .text:
            if isTest { output("TEST: no money moved\n") }
            if style.format == .text, !style.showsTotals { for line in shown { output(line.line(clock) + "\n") } }
            output(totals.text + "head  \(chainEnd.text)\n")
        }
    }

    /// A line for each refund that a bank has sent back.
    package var sentBack: [String] {
        (inquiry?.sentBack ?? []).map {
            "tonewall: \(path): refund \($0.key) was sent back by the bank: the payer has nothing of it"
        }
    }

    /// The open items and the advice for them, as a finding; `nil` if nothing is open.
    package var finding: Failure? {
        guard let words = Self.words(forOpen: all) else { return nil }
        let elsewhere = all.lazy.filter(\.isOpen).map(\.openAt).first { $0 != inquiry?.address }
        return Failure(
            .finding, code: "ledger.open", file: path, words,
            advice: Self.advice(inquiry?.fault, asked: inquiry?.address, elsewhere: elsewhere))
    }

    /// The advice for open items. A person settles only what cannot be asked at a gateway.
    ///
    /// - Parameter elsewhere: The address of a gateway with open items that was not asked.
    private static func advice(_ fault: GatewayFault?, asked: String?, elsewhere: String?) -> String {
        switch fault {
        case nil where elsewhere != nil: "ask with --gateway \(elsewhere ?? "")"
        case nil where asked == nil: "ask with --gateway URL"
        case .refused(let refusal) where refusal.isOfKey:
            "the gateway refused the key: check TONEWALL_GATEWAY_KEY or --key-file and ask again"
        case .memoryNotLocked: lockedMemoryAdvice
        case .cannotConnect, .untrusted, .badAddress, .insecureAddress, .timedOut, .closedEarly:
            "the gateway: \(fault?.words ?? ""); ask again once it answers"
        default: "look them up at the gateway by hand, then tonewall ledger settle"
        }
    }

    /// `2 attempts and 1 refund of 500 lines are open`; `nil` if none are.
    private static func words(forOpen lines: [ReconciliationLine]) -> String? {
        func counted(_ count: Int, _ word: String) -> String? {
            count == 0 ? nil : "\(count) \(count == 1 ? word : word.replacing(/^\w+/) { $0.output + "s" })"
        }
        let attempts = lines.count { !$0.attempt.state.isFinal }
        let refunds = lines.reduce(0) { $0 + $1.openRefunds.count }
        let unwanted = lines.count(where: \.isUnwanted)
        let parts = [
            counted(attempts, "attempt"), counted(refunds, "refund"), counted(unwanted, "payment to decide on"),
        ].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        let verb = attempts + refunds + unwanted == 1 ? "is" : "are"
        return "\(parts.joined(separator: " and ")) \(verb) open, of \(counted(lines.count, "line") ?? "no line")"
    }
}

extension ReconciliationLine {
    /// The attempt in one line: time, amount, state, card, reference, attempt, payment and advice.
    package func line(_ clock: ZonedClock) -> String {
        let fields = [
            clock.text(attempt.sent), Currency.text(of: attempt.amount, in: attempt.currency), outcome,
            "\(attempt.brand) \(attempt.lastFour)", attempt.reference ?? "-", attempt.order.name,
            attempt.payment ?? "-",
        ]
        let ends = [check, isTest ? "TEST" : nil].compactMap(\.self)
        return (fields + ends).map(\.quoted).joined(separator: "  ")
    }
}
