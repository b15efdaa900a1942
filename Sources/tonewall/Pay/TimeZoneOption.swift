import ArgumentParser
import Foundation
import Ledger

/// In which zone days begin and times are told.
struct TimeZoneOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Days and times are of this zone, as Europe/London or UTC (default: the machine's).", valueName: "zone"))
    var timeZone: String?

    /// The zone that is named, or the machine's.
    func zone() throws -> TimeZone {
        guard let timeZone else { return TimeZone.current }
        let isKnown = timeZone == "UTC" || TimeZone.knownTimeZoneIdentifiers.contains(timeZone)
        guard isKnown, let zone = TimeZone(identifier: timeZone) else {
            throw Failure(
                .usage, "there is no time zone of that name", advice: "as Europe/London, from the tz database, or UTC")
        }
        return zone
    }

    func clock() throws -> BookClock { BookClock(try zone()) }
}
