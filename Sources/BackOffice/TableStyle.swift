package import Ledger
internal import TextFormats

/// The form of a table of payments.
package struct TableStyle: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable { case text, csv, ndjson }

    package var format: Format
    /// Whether totals by currency and outcome replace the single payments.
    package var showsTotals: Bool
    /// Whether CSV begins with a byte order mark, so that spreadsheets read it as UTF-8.
    package var hasByteOrderMark: Bool

    package init(_ format: Format, showsTotals: Bool = false, hasByteOrderMark: Bool = false) {
        self.format = format
        self.showsTotals = showsTotals
        self.hasByteOrderMark = hasByteOrderMark
    }
}

extension PaymentTableRow {
    /// The row as one JSON object with a line feed. Cells without a value are left out.
    ///
    /// - Parameter kind: The first member, `row`, in a stream with rows of several kinds.
    package func json(kind: String? = nil) -> String {
        var line = JSONLine()
        if let kind { line.add("row", kind) }
        for cell in cells {
            switch cell.value {
            case .text(let text): line.add(cell.name, text)
            case .number(let number): line.add(cell.name, number)
            case .boolean(let truth): line.add(cell.name, truth)
            case .none: break
            }
        }
        return line.line
    }
}
