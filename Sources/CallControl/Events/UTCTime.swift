import Glibc

/// A time in UTC, in the form that file names use.
package struct UTCTime: Sendable {
    /// Such as `20261129`.
    package let date: String
    /// Such as `211236`.
    package let time: String

    package static var now: UTCTime {
        var (seconds, parts) = unsafe (Glibc.time(nil), tm())
        unsafe gmtime_r(&seconds, &parts)
        let day = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday]
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
        return UTCTime(date: day.map(two).joined(), time: clock.map(two).joined())
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
