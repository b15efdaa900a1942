internal import Currencies
package import Failures
internal import Foundation
package import Ledger

/// A query for part of a ledger as a user writes it: on a command line, or in the query of a request.
package struct PaymentQuery: Sendable, Hashable {
    package var reference: String?
    package var session: String?
    package var lastFour: String?
    /// A word of `PaymentFilter.outcomes`.
    package var state: String?
    /// ISO 4217 code, in either case.
    package var currency: String?
    package var search: String?
    /// `YYYY-MM-DD`; `nil` for all time.
    package var day: String?
    /// A zone of the tz database, in which days begin and times are told; `nil` for the machine's.
    package var timeZone: String?

    package init() {}

    /// What it means, before any ledger is opened.
    ///
    /// - Throws: ``Failure`` where something in it means nothing.
    package func selection() throws(Failure) -> PaymentSelection {
        let zone = try TimeZone.named(timeZone)
        guard let day else { return PaymentSelection(filter: try filter(), clock: ZonedClock(zone)) }
        guard let found = BusinessDay(day, in: zone) else {
            throw Failure.usage("there is no such day", advice: "a day is written YYYY-MM-DD, as --day 2026-11-21")
        }
        return PaymentSelection(filter: try filter(), day: found.range, clock: ZonedClock(zone))
    }

    private func filter() throws(Failure) -> PaymentFilter {
        var filter = PaymentFilter()
        filter.reference = reference
        filter.session = session
        filter.search = search
        if let lastFour {
            guard lastFour.utf8.count == 4, lastFour.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Failure.usage("the last four are four digits", advice: "as --last-four 4242")
            }
            filter.lastFour = lastFour
        }
        if let state {
            guard PaymentFilter.outcomes.contains(state) else {
                throw Failure.usage(
                    "there is no such state",
                    advice: "choose one of " + PaymentFilter.outcomes.joined(separator: ", "))
            }
            filter.outcome = state
        }
        if let currency { filter.currency = try Currency.named(currency).code }
        return filter
    }
}

/// Which part of a ledger is shown, and by which clock.
package struct PaymentSelection: Sendable, Hashable {
    /// What passes, whenever it was.
    package var filter: PaymentFilter
    /// In milliseconds since 1970; `nil` for all time.
    package var day: Range<Int>?
    package var clock: ZonedClock

    package init(filter: PaymentFilter = PaymentFilter(), day: Range<Int>? = nil, clock: ZonedClock) {
        self.filter = filter
        self.day = day
        self.clock = clock
    }
}
