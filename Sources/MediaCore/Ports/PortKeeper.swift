/// A port's place in a call: the port while it is there, and the attempts to get it back while it is not.
struct PortKeeper {
    let leg: CallLeg
    let source: any PortSource
    private let format: PortFormat
    private(set) var port: (any MediaPort)?
    private var nextAttempt: ContinuousClock.Instant?
    private var pause = PortKeeper.shortestPause
    /// Pauses between attempts, the first and the longest.
    static let shortestPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(2)

    /// The port of `source`, open; where it cannot be opened at the start, that is an error.
    init(_ leg: CallLeg, _ source: any PortSource, _ format: PortFormat) throws {
        self.leg = leg
        self.source = source
        self.format = format
        port = try source.open(leg, format)
    }

    /// The port is gone; it is tried again after a pause.
    mutating func lose(at now: ContinuousClock.Instant) {
        port = nil
        pause = Self.shortestPause
        nextAttempt = now + pause
    }

    /// Tries to open the port where it is gone and a try is due; the pauses between tries double. Whether it is back.
    mutating func reopen(by clock: any MediaClock) -> Bool {
        guard port == nil, nextAttempt.map({ clock.now >= $0 }) ?? true else { return false }
        port = try? source.open(leg, format)
        port?.start()
        pause = min(pause * 2, Self.longestPause)
        nextAttempt = clock.now + pause
        return port != nil
    }
}
