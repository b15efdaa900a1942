/// Keeps one port of a call, and reopens it after it was lost.
struct PortKeeper {
    let leg: CallLeg
    let source: any PortSource
    private let format: PortFormat
    private(set) var port: (any MediaPort)?
    private var nextAttempt: ContinuousClock.Instant?
    private var pause = PortKeeper.shortestPause
    /// Shortest and longest pause between attempts.
    static let shortestPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(2)

    /// Opens the port of `source`. Throws if it cannot be opened at the start.
    init(_ leg: CallLeg, _ source: any PortSource, _ format: PortFormat) throws {
        self.leg = leg
        self.source = source
        self.format = format
        port = try source.open(leg, format)
    }

    /// Notes that the port is lost. The next attempt follows after a pause.
    mutating func lose(at now: ContinuousClock.Instant) {
        port = nil
        pause = Self.shortestPause
        nextAttempt = now + pause
    }

    /// Reopens a lost port if an attempt is due. The pauses double. Returns whether the port is back.
    mutating func reopen(by clock: any MediaClock) -> Bool {
        guard port == nil, nextAttempt.map({ clock.now >= $0 }) ?? true else { return false }
        port = try? source.open(leg, format)
        port?.start()
        pause = min(pause * 2, Self.longestPause)
        nextAttempt = clock.now + pause
        return port != nil
    }
}
