package import Ledger
internal import TextFormats

/// How a table of payments is written.
package struct TableStyle: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable { case text, csv, ndjson }

    package var format: Format
    /// Whether the totals by currency and outcome stand in the place of the single payments.
    package var showsTotals: Bool
    /// Whether CSV begins with a byte order mark, by which a spreadsheet knows UTF-8.
    package var hasByteOrderMark: Bool

    package init(_ format: Format, showsTotals: Bool = false, hasByteOrderMark: Bool = false) {
        self.format = format
        self.showsTotals = showsTotals
        self.hasByteOrderMark = hasByteOrderMark
    }
}

extension PaymentTableRow {
    /// The row as one JSON object with a line feed; a cell without a value is left out.
    ///
    /// - Parameter kind: Goes first, as `row`, where a stream has rows of several kinds.
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
