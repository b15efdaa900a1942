import ArgumentParser
import Failures
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
        guard Self.isName(timeZone), let zone = TimeZone(identifier: timeZone) else {
            throw Failure(
                .usage, "there is no time zone of that name", advice: "as Europe/London, from the tz database, or UTC")
        }
        return zone
    }

    /// Whether the system's tz database has it, links such as Asia/Kolkata among its names. Foundation's own list lacks
    /// some, and it takes offsets for names.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.first?.isLetter == true
                && part.utf8.allSatisfy {
                    ("a"..."z").contains(Character(UnicodeScalar($0 | 0x20))) || "0123456789_+-".utf8.contains($0)
                }
        }
        guard isPlain, name.first?.isUppercase == true else { return false }
        let folder = "/usr/share/zoneinfo/"
        guard FileManager.default.fileExists(atPath: folder) else {
            return TimeZone.knownTimeZoneIdentifiers.contains(name)
        }
        let kind = try? URL(fileURLWithPath: folder + name).resolvingSymlinksInPath().resourceValues(forKeys: [
            .isRegularFileKey
        ])
        return kind?.isRegularFile == true
    }

    func clock() throws -> ZonedClock { ZonedClock(try zone()) }
}
