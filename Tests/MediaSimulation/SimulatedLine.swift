package import MediaCore
internal import Synchronization

/// One leg's end in a simulated world: what its ports bring and play, and what befalls them.
///
/// A port of it keeps a buffer like a sound device. It overflows without a reader and runs empty without a writer.
package final class SimulatedLine: PortSource {
    package let name: String
    package let time: SimulatedTime
    let group: String?
    private let state: Mutex<State>

    struct State: Sendable {
        var isGone = false
        var bringsNothing = false
        var events: [TelephoneEvent] = []
        var opens = 0
        var began = 0
        var brought: [Float] = []
        var played: [Float] = []
    }

    /// What the line carries at a frame of the world.
    let audio: @Sendable (Int) -> Float

    package init(
        _ name: String, _ time: SimulatedTime, group: String? = nil,
        audio: @escaping @Sendable (Int) -> Float = { _ in 0 }
    ) {
        self.name = name
        self.time = time
        self.group = group
        self.audio = audio
        state = Mutex(State())
    }

    package struct Gone: Error {}

    package func open(_ leg: CallLeg, _ format: PortFormat) throws -> any MediaPort {
        if isGone { throw Gone() }
        change { $0.opens += 1 }
        return SimulatedPort(self, captures: leg.isCaptured, format)
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// Whether the device is pulled out: its port is lost, and cannot be opened again.
    package var isGone: Bool {
        get { state.withLock { $0.isGone } }
        set { change { $0.isGone = newValue } }
    }

    /// Whether the line is there and brings no frames.
    package var bringsNothing: Bool {
        get { state.withLock { $0.bringsNothing } }
        set { change { $0.bringsNothing = newValue } }
    }

    /// How often a port was opened.
    package var opens: Int { state.withLock { $0.opens } }
    /// Frame of the world at which the present port began.
    package var began: Int { state.withLock { $0.began } }
    /// Every frame that was read, and every one that was written.
    package var brought: [Float] { state.withLock { $0.brought } }
    package var played: [Float] { state.withLock { $0.played } }

    /// A telephone-event packet comes in.
    package func receive(_ event: TelephoneEvent) { change { $0.events.append(event) } }

    func nextEvent() -> TelephoneEvent? {
        state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() }
    }
}
