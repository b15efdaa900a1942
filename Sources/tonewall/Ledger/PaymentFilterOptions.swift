import ArgumentParser
import BackOffice
import CallControl
import Ledger

/// The filter of a list of payments.
struct PaymentFilterOptions: ParsableArguments {
    @Option(help: .init("Only payments with this reference.", valueName: "text")) var reference: String?
    @Option(help: .init("Only the session with this name.", valueName: "id")) var session: String?
    @Option(help: .init("Only payments with a card that ends in these digits.", valueName: "digits")) var lastFour:
        String?
    @Option(help: .init("Only payments in this state: approved, declined, refunded, unknown, ….", valueName: "word"))
    var state: String?
    @Option(help: .init("Only payments in this currency.", valueName: "code")) var currency: String?
    @Option(
        help: ArgumentHelp(
            "Only payments with this text in a reference, a session's, payment's or refund's name, a key or the last four.",
            valueName: "text"))
    var search: String?
    @Option(help: .init("Only payments of this day, midnight to midnight (default: all).", valueName: "YYYY-MM-DD"))
    var day: String?
    @OptionGroup var zone: TimeZoneOption

    var query: PaymentQuery {
        var query = PaymentQuery()
        (query.reference, query.session, query.lastFour, query.search) = (reference, session, lastFour, search)
        (query.state, query.currency, query.day, query.timeZone) = (state, currency, day, zone.timeZone)
        return query
    }
}

/// The time zone of days and times.
struct TimeZoneOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Time zone of days and times, such as Europe/London or UTC (default: the machine's).", valueName: "zone"))
    var timeZone: String?

    func clock() throws -> ZonedClock { ZonedClock(try .named(timeZone)) }
}

extension TableStyle.Format: ExpressibleByArgument {}
