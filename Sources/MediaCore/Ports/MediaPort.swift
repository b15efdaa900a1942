package import DTMF

/// Where one leg of a call comes from or goes to: a sound device, a stream of packets, a simulation.
///
/// Samples are floats in −1…1 at the call's rate, one leg a port. Only ``wait(milliseconds:)`` and
/// ``drain(milliseconds:)`` block. A port that captures is read from, one that plays is written to.
package protocol MediaPort: AnyObject {
    /// Frames that the port's buffer holds.
    var bufferFrames: Int { get }
    /// Whether something converts on the way, because the port cannot run as it was asked to.
    var isConverted: Bool { get }
    /// Ports of one group are closed together, where one of them is lost; `nil` where the port stands alone.
    var group: String? { get }

    /// Begins to capture; a port that plays begins with its first frames.
    func start()
    /// Waits until a period can be moved, `milliseconds` at most.
    func wait(milliseconds: Int) -> PortTransfer
    /// Up to `limit` frames that are there now, at the beginning of `target`.
    func read(into target: inout MutableSpan<Float>, limit: Int) -> PortTransfer
    /// Writes as many of `samples` as there is room for now.
    func write(_ samples: Span<Float>) -> PortTransfer
    /// Whether the port still runs; one that nothing is moved through may be gone without anyone's notice.
    func check() -> PortTransfer
    /// Lets what was written be played, `milliseconds` at most.
    func drain(milliseconds: Int)
    /// The next telephone-event packet that came in; `nil` where none waits.
    func nextTelephoneEvent() -> TelephoneEvent?
}

extension MediaPort {
    package var isConverted: Bool { false }
    package var group: String? { nil }
    /// A sound device has keys in its audio alone.
    package func nextTelephoneEvent() -> TelephoneEvent? { nil }
}

/// How an attempt to move frames ended.
package enum PortTransfer: Sendable, Hashable {
    /// So many frames were moved; of a wait, that there are some to move.
    case frames(Int)
    /// Nothing could be moved in time.
    case notReady
    /// The buffer ran over or empty; the port runs again.
    case xrun
    /// The port is gone.
    case lost(reason: String)
}

/// A key as an RFC 4733 packet brings it: the packets of one press have the same `start`, and `duration` grows.
package struct TelephoneEvent: Sendable, Hashable {
    /// The key.
    package var key: Key
    /// First frame of the press, counted from the first frame that was read from the port.
    package var start: Int
    /// Frames that the press has lasted so far.
    package var duration: Int

    package init(_ key: Key, start: Int, duration: Int) {
        self.key = key
        self.start = start
        self.duration = duration
    }
}

/// How a call's ports run.
package struct PortFormat: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// Frames that are moved at a time.
    package var periodFrames: Int
    /// Periods of a port's buffer; two are too few for a loop from capture to playback.
    package var periods: Int

    package init(sampleRate: Int, periodFrames: Int, periods: Int = 4) {
        self.sampleRate = sampleRate
        self.periodFrames = periodFrames
        self.periods = periods
    }
}

/// What a port is opened from, again where it was lost.
package protocol PortSource: Sendable {
    /// The port's name, for messages.
    var name: String { get }
    /// The port, open; one that captures does so from ``MediaPort/start()`` on.
    func open(_ leg: CallLeg, _ format: PortFormat) throws -> any MediaPort
}
