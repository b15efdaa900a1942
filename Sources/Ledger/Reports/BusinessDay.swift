package import Foundation
internal import TextFormats

/// A day from midnight to midnight in a time zone.
///
/// It has 23 or 25 hours when the clocks change. It begins at one o'clock if midnight is skipped.
package struct BusinessDay: Sendable, Hashable {
    /// Milliseconds since 1970: the first moment of the day, and of the next day.
    package let range: Range<Int>

    /// The day `text` (`2026-11-21`) in `zone`; `nil` if it is not a date, or a date that the zone skipped.
    package init?(_ text: String, in zone: TimeZone) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), year > 0
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let wanted = DateComponents(year: year, month: month, day: day)
        guard let noon = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12)),
            calendar.dateComponents([.year, .month, .day], from: noon) == wanted
        else { return nil }
        let start = calendar.startOfDay(for: noon)
        // The next day's noon is 23 to 25 hours later, or 48 if a day is skipped.
        guard let next = calendar.date(byAdding: .day, value: 1, to: noon) else { return nil }
        let end = calendar.startOfDay(for: next)
        range = Int(start.timeIntervalSince1970 * 1000)..<Int(end.timeIntervalSince1970 * 1000)
    }
}

/// Formats times in a zone, with the offset from UTC.
package struct ZonedClock: Sendable, Hashable {
    package let zone: TimeZone

    package init(_ zone: TimeZone) { self.zone = zone }

    /// The clock of UTC.
    package static let utc = ZonedClock(.gmt)

    /// Milliseconds since 1970 as `2026-11-21T22:00:00.000+01:00` (RFC 3339), with `Z` in UTC.
    package func text(_ milliseconds: Int) -> String {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let (whole, fraction) = rest < 0 ? (seconds - 1, rest + 1000) : (seconds, rest)
        let (date, time, offset) = parts(whole)
        return "\(date)T\(time).\(padded(fraction, 3))\(offset == 0 ? "Z" : Self.distance(offset))"
    }

    /// Milliseconds since 1970 in the form of a receipt: `2026-11-21 22:00:00 +01:00`.
    package func receiptText(_ milliseconds: Int) -> String {
        let (date, time, offset) = parts(Int((Double(milliseconds) / 1000).rounded(.down)))
        return "\(date) \(time) \(Self.distance(offset))"
    }

    /// The date, the time of day, and the offset in seconds east of UTC.
    private func parts(_ seconds: Int) -> (date: String, time: String, offset: Int) {
        let moment = Date(timeIntervalSince1970: Double(seconds))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: moment)
        let date = [(parts.year, 4), (parts.month, 2), (parts.day, 2)].map { padded($0.0 ?? 0, $0.1) }
        let time = [parts.hour, parts.minute, parts.second].map { padded($0 ?? 0, 2) }
        return (date.joined(separator: "-"), time.joined(separator: ":"), zone.secondsFromGMT(for: moment))
    }

    private static func distance(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
    }
}
