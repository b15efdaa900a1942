internal import Currencies
package import Failures
internal import Foundation
package import Ledger

/// A user's query for a part of a ledger, from a command line or a request.
package struct PaymentQuery: Sendable, Hashable {
    package var reference: String?
    package var session: String?
    package var lastFour: String?
    /// A word of `PaymentFilter.outcomes`.
    package var state: String?
    /// ISO 4217 code, in upper or lower case.
    package var currency: String?
    package var search: String?
    /// `YYYY-MM-DD`; `nil` for all time.
    package var day: String?
    /// A zone of the tz database for days and times; `nil` for the machine's.
    package var timeZone: String?

    package init() {}

    /// The meaning of the query, before a ledger is opened.
    ///
    /// - Throws: ``Failure`` if a part of it is invalid.
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

/// The selected part of a ledger, and the clock for its times.
package struct PaymentSelection: Sendable, Hashable {
    /// The filter, without the time.
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
