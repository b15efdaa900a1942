import ArgumentParser
import BackOffice
import CallControl
import Ledger

/// Which part of the books is shown.
struct PaymentFilterOptions: ParsableArguments {
    @Option(help: .init("Only those with this reference.", valueName: "text")) var reference: String?
    @Option(help: .init("Only the session of this name.", valueName: "id")) var session: String?
    @Option(help: .init("Only those with a card that ends so.", valueName: "digits")) var lastFour: String?
    @Option(help: .init("Only those that stand so: approved, declined, refunded, unknown, ….", valueName: "word"))
    var state: String?
    @Option(help: .init("Only those in this currency.", valueName: "code")) var currency: String?
    @Option(
        help: ArgumentHelp(
            "Only those with this text in a reference, a session's, payment's or refund's name, a key or the last four.",
            valueName: "text"))
    var search: String?
    @Option(help: .init("Only those of this day, from midnight to midnight (default: all).", valueName: "YYYY-MM-DD"))
    var day: String?
    @OptionGroup var zone: TimeZoneOption

    var query: PaymentQuery {
        var query = PaymentQuery()
        (query.reference, query.session, query.lastFour, query.search) = (reference, session, lastFour, search)
        (query.state, query.currency, query.day, query.timeZone) = (state, currency, day, zone.timeZone)
        return query
    }
}

/// In which zone days begin and times are told.
struct TimeZoneOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Days and times are of this zone, as Europe/London or UTC (default: the machine's).", valueName: "zone"))
    var timeZone: String?

    func clock() throws -> ZonedClock { ZonedClock(try .named(timeZone)) }
}

extension TableStyle.Format: ExpressibleByArgument {}
