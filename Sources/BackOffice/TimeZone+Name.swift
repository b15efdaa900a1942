package import Failures
package import Foundation

extension TimeZone {
    /// The zone `name` of the tz database; the machine's for `nil`.
    ///
    /// - Throws: ``Failure`` if there is no such zone.
    package static func named(_ name: String?) throws(Failure) -> TimeZone {
        guard let name else { return .current }
        guard isInDatabase(name), let zone = TimeZone(identifier: name) else {
            throw Failure.usage(
                "there is no time zone of that name", advice: "as Europe/London, from the tz database, or UTC")
        }
        return zone
    }

    /// Whether the system's tz database has the name, including links such as Asia/Kolkata. Foundation's list lacks
    /// some names, and it accepts offsets as names.
    private static func isInDatabase(_ name: String) -> Bool {
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
}
