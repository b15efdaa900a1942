internal import Currencies
internal import AtomicFiles
package import Ledger

/// A ledger's payment sessions as a table, newest first.
package struct SessionList {
    private let entries: [PaymentSummary]
    private let totals: PaymentTotals
    private let clock: ZonedClock

    package init(of ledger: Ledger, _ selection: PaymentSelection) throws(LedgerError) {
        var filter = selection.filter
        filter.time = selection.day
        entries = try ledger.entries(filter)
        totals = PaymentTotals(entries, isTest: try ledger.kind() == .test)
        clock = selection.clock
    }

    /// Passes the table piece by piece to `output`.
    package func write(_ style: TableStyle, to output: (String) -> Void) {
        let rows = style.showsTotals ? totals.rows : entries.map { $0.row(clock) }
        switch style.format {
        case .text where style.showsTotals: output(totals.text)
        case .text: for entry in entries { output(entry.line(clock) + "\n") }
        case .csv:
            let empty = style.showsTotals ? PaymentTableRow.emptyTotal : .emptyEntry
            output(PaymentTableRow.csv(rows, empty: empty, marked: style.hasByteOrderMark))
        case .ndjson: for row in rows { output(row.json()) }
        }
    }
}

extension PaymentSummary {
    /// The session in one line: time, amount, state, card, reference, session, payment; `-` for missing values.
    package func line(_ clock: ZonedClock) -> String {
        let last = attempts.last
        var state = outcome
        if let charge, charge.state == .partlyRefunded {
            state += " (\(Currency.text(of: charge.givenBack(refunds), in: charge.currency)) given back)"
        }
        if let charge, refunds.openAmount > 0 {
            state += " (\(Currency.text(of: refunds.openAmount, in: charge.currency)) asked back, not known yet)"
        }
        let fields = [
            clock.text(session.opened), Currency.text(of: session.amount, in: session.currency), state,
            last.map { "\($0.brand) \($0.lastFour)" } ?? "-", session.reference ?? "-", session.id,
            charge?.payment ?? last?.payment ?? "-",
        ]
        return (fields + (isTest ? ["TEST"] : [])).map(\.quoted).joined(separator: "  ")
    }
}
