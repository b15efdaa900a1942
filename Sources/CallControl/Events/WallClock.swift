import Foundation

/// The time of day in the form that events use.
package enum WallClock {
    /// Milliseconds since 1970 in the form `2026-11-21T22:00:00.000Z` (RFC 3339, UTC).
    package static func text(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    /// The time now.
    package static var now: String { text(Int(Date().timeIntervalSince1970 * 1000)) }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
