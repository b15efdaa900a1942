package import DTMF

/// The source or the destination of one leg of a call: a sound device, a stream of packets, a simulation.
///
/// Samples are floats in −1…1 at the call's rate, one leg a port. Only ``wait(milliseconds:)`` and
/// ``drain(milliseconds:)`` block. An input port is only read, and an output port is only written.
package protocol MediaPort: AnyObject {
    /// Frames that the port's buffer holds.
    var bufferFrames: Int { get }
    /// Whether audio is converted on the way, because the port does not support the requested format.
    var isConverted: Bool { get }
    /// Ports of one group are closed together if one of them is lost; `nil` for a port without a group.
    var group: String? { get }

    /// Starts capture. An output port starts with its first frames instead.
    func start()
    /// Waits until a period can be transferred, `milliseconds` at most.
    func wait(milliseconds: Int) -> PortTransfer
    /// Reads up to `limit` frames that are available now to the beginning of `target`.
    func read(into target: inout MutableSpan<Float>, limit: Int) -> PortTransfer
    /// Writes as many of `samples` as there is room for now.
    func write(_ samples: Span<Float>) -> PortTransfer
    /// Whether the port still runs. A port without any transfer may be lost without another sign.
    func check() -> PortTransfer
    /// Waits until the written frames are played, `milliseconds` at most.
    func drain(milliseconds: Int)
    /// The next telephone-event packet, or `nil`.
    func nextTelephoneEvent() -> TelephoneEvent?
}

extension MediaPort {
    package var isConverted: Bool { false }
    package var group: String? { nil }
    /// A sound device has keys only in its audio.
    package func nextTelephoneEvent() -> TelephoneEvent? { nil }
}

/// The result of a transfer.
package enum PortTransfer: Sendable, Hashable {
    /// This number of frames was transferred. After a wait, this number is available.
    case frames(Int)
    /// No frame could be transferred in time.
    case notReady
    /// The buffer overflowed or ran empty, and the port runs again.
    case xrun
    /// The port is lost.
    case lost(reason: String)
}

/// A key in an RFC 4733 packet. The packets of one press have the same `start`, and `duration` grows.
package struct TelephoneEvent: Sendable, Hashable {
    /// The key.
    package var key: Key
    /// First frame of the press, counted from the first frame read from the port.
    package var start: Int
    /// Number of frames that the press has lasted so far.
    package var duration: Int

    package init(_ key: Key, start: Int, duration: Int) {
        self.key = key
        self.start = start
        self.duration = duration
    }
}

/// The format in which a call's ports run.
package struct PortFormat: Sendable, Hashable {
    /// Frames a second.
    package var sampleRate: Int
    /// Number of frames transferred at a time.
    package var periodFrames: Int
    /// Number of periods in a port's buffer. Two are not enough for a loop from capture to playback.
    package var periods: Int

    package init(sampleRate: Int, periodFrames: Int, periods: Int = 4) {
        self.sampleRate = sampleRate
        self.periodFrames = periodFrames
        self.periods = periods
    }
}

/// A description from which a port is opened, and reopened after it was lost.
package protocol PortSource: Sendable {
    /// The port's name, for messages.
    var name: String { get }
    /// Opens the port. An input port captures from ``MediaPort/start()`` on.
    func open(_ leg: CallLeg, _ format: PortFormat) throws -> any MediaPort
}
