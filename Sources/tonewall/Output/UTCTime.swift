import Glibc

/// A moment of the wall clock, in UTC.
struct UTCTime {
    private let parts: tm
    private let milliseconds: Int

    static var now: UTCTime {
        var moment = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &moment)
        return UTCTime(seconds: moment.tv_sec, milliseconds: moment.tv_nsec / 1_000_000)
    }

    private init(seconds: Int, milliseconds: Int) {
        var (seconds, parts) = unsafe (seconds, tm())
        unsafe gmtime_r(&seconds, &parts)
        unsafe (self.parts, self.milliseconds) = (parts, milliseconds)
    }

    /// As `20261129`.
    var date: String {
        unsafe "\(parts.tm_year + 1900)" + UTCTime.two(parts.tm_mon + 1) + UTCTime.two(parts.tm_mday)
    }

    /// As `211236`.
    var time: String { unsafe UTCTime.two(parts.tm_hour) + UTCTime.two(parts.tm_min) + UTCTime.two(parts.tm_sec) }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
