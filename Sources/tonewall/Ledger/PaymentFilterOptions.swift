import Failures
import TextFormats
import ArgumentParser
import CallControl
import Currencies
import Ledger

/// Which part of the books is shown.
struct PaymentFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only those with this reference.", valueName: "text"))
    var reference: String?

    @Option(help: ArgumentHelp("Only the session of this name.", valueName: "id"))
    var session: String?

    @Option(help: ArgumentHelp("Only those with a card that ends so.", valueName: "digits"))
    var lastFour: String?

    @Option(
        help: ArgumentHelp("Only those that stand so: approved, declined, refunded, unknown, ….", valueName: "word"))
    var state: String?

    @Option(help: ArgumentHelp("Only those in this currency.", valueName: "code"))
    var currency: String?

    @Option(
        help: ArgumentHelp(
            "Only those with this text in a reference, a session's, payment's or refund's name, a key or the last four.",
            valueName: "text"))
    var search: String?

    @Option(
        help: ArgumentHelp("Only those of this day, from midnight to midnight (default: all).", valueName: "YYYY-MM-DD")
    )
    var day: String?

    @OptionGroup var zone: TimeZoneOption

    /// What passes; the day is left to whoever asks.
    func filter() throws -> PaymentFilter {
        var filter = PaymentFilter()
        filter.reference = reference
        filter.session = session
        filter.search = search
        if let lastFour {
            guard lastFour.utf8.count == 4, lastFour.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Failure(.usage, "the last four are four digits", advice: "as --last-four 4242")
            }
            filter.lastFour = lastFour
        }
        if let state {
            guard PaymentFilter.outcomes.contains(state) else {
                throw Failure(
                    .usage, "there is no such state",
                    advice: "choose one of " + PaymentFilter.outcomes.joined(separator: ", "))
            }
            filter.outcome = state
        }
        if let currency {
            guard let known = Currency(currency) else {
                throw Failure(.usage, "that is no currency of ISO 4217", advice: "as --currency GBP")
            }
            filter.currency = known.code
        }
        return filter
    }

    /// The day that is asked for, in milliseconds since 1970; all time unless one is.
    func range() throws -> Range<Int> {
        guard let day else { return Int.min..<Int.max }
        guard let found = BusinessDay(day, in: try zone.zone()) else {
            throw Failure(.usage, "there is no such day", advice: "a day is written YYYY-MM-DD, as --day 2026-11-21")
        }
        return found.range
    }
}

/// How a table of the books is written.
enum TableFormat: String, ExpressibleByArgument, CaseIterable { case text, csv, ndjson }

extension PaymentTableRow {
    /// The row as one JSON object, without what there is none of.
    ///
    /// - Parameter kind: What the row is, where a stream has rows of several kinds.
    func json(kind: String? = nil) -> String {
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

extension PaymentTotals {
    /// The totals as a person reads them: a line a currency and outcome, and one for what was taken of each currency.
    var text: String {
        let lines = totals.map { total in
            let back = total.refunded == 0 ? "" : "  \(sum(total.refunded, total.currency)) given back"
            let name = total.outcome + String(repeating: " ", count: max(1, 18 - total.outcome.count))
            let mark = (total.isTest ? PaymentKind.test : .real).mark
            return "\(total.currency)  \(name)\(total.count)  \(sum(total.amount, total.currency))\(back)\(mark)\n"
        }
        let ends = currencies.compactMap { currency -> String? in
            let sums = sums(of: currency)
            guard sums.taken != 0 else { return nil }
            return "\(currency)  taken \(sum(sums.taken, currency)), given back \(sum(sums.refunded, currency)), "
                + "left \(sum(sums.left, currency))\n"
        }
        return (lines + ends).joined()
    }
}

/// An amount in minor units, as it is written.
func sum(_ amount: Int, _ currency: String) -> String {
    Currency(currency)?.text(of: amount) ?? "\(amount) minor units of \(currency)"
}
