import DTMF
import MediaSimulation
import Suppression
import Support

@testable import MediaCore

/// A live call whose ports are simulated: its loop goes turn by turn, and time goes with it.
final class SimulatedCall {
    static let rate = 8000
    static let format = PortFormat(sampleRate: rate, periodFrames: 40, periods: 4)
    let time = SimulatedTime()
    let callerIn, agentOut, agentIn, callerOut: SimulatedLine
    let controls = LiveControls()
    let ring: SingleProducerRing<MediaEvent>
    private let recording = SingleProducerRing<Float>(capacity: 600_000, blank: 0)
    private var loop: LiveLoop
    /// The events of the call so far, and its recording of each leg.
    private(set) var events: [MediaEvent] = []
    private(set) var caller: [Float] = []
    private(set) var agent: [Float] = []
    /// Whether somebody takes the events.
    var isFollowed = true

    /// A call whose caller presses `keys`, each a second after the one before; the agent's samples count up.
    init(keys: [Key] = [], groups: String? = nil, eventRoom: Int = 1024, offsets: Int = 8000) throws {
        let sound = SimulatedCall.sound(keys, offsets)
        callerIn = SimulatedLine("caller-in", time, group: groups) { $0 < sound.count ? sound[$0] : 0 }
        agentOut = SimulatedLine("agent-out", time, group: groups)
        agentIn = SimulatedLine("agent-in", time, group: groups) { Float($0 % 4000 + 1) / 8192 }
        callerOut = SimulatedLine("caller-out", time, group: groups)
        ring = SingleProducerRing(capacity: eventRoom, blank: .stalled(milliseconds: 0))
        loop = try LiveLoop(
            LiveSettings(
                callerIn: callerIn, agentOut: agentOut, agentIn: agentIn, callerOut: callerOut,
                format: SimulatedCall.format),
            controls: controls, events: ring, recording: recording, clock: time)
        loop.begin()
    }

    /// Each key for 80 ms, `offset` frames apart, in a line's noise.
    private static func sound(_ keys: [Key], _ offset: Int) -> [Float] {
        var sound = Sound(rate: Double(rate), seed: 20_261_130)
        for key in keys {
            sound.silence(Double(offset) / Double(rate) - 0.08)
            let (low, high) = (key.lowHz, key.highHz)
            sound.pair(low, high, seconds: 0.08, level: -12)
        }
        sound.silence(1)
        sound.addNoise(level: -50)
        return sound.samples
    }

    /// Lets so much time pass, turn by turn.
    func run(milliseconds: Int) {
        let end = time.nanoseconds + 1_000_000 * milliseconds
        while time.nanoseconds < end {
            loop.turn()
            take()
        }
    }

    /// A turn at a time, for as long as a condition does not hold, a minute at most; whether it came to hold.
    func run(until condition: () -> Bool) -> Bool {
        let end = time.nanoseconds + 60_000_000_000
        while time.nanoseconds < end {
            if condition() { return true }
            loop.turn()
            take()
        }
        return condition()
    }

    func finish() {
        loop.finish()
        take()
    }

    private func take() {
        var samples: [Float] = []
        recording.take(upTo: .max, appendingTo: &samples)
        for index in stride(from: 0, to: samples.count, by: 2) {
            caller.append(samples[index])
            agent.append(samples[index + 1])
        }
        while isFollowed, let event = ring.take() { events.append(event) }
    }

    var keys: [Key] { events.compactMap { if case .key(let key) = $0 { key } else { nil } } }

    /// Events that are no keys.
    var troubles: [MediaEvent] { events.filter { if case .key = $0 { false } else { true } } }

    /// What a suppressor makes of the caller's leg beside the agent's.
    static func suppressed(_ caller: [Float], _ agent: [Float]) -> [Float] {
        var suppressor = Suppressor(sampleRate: Double(rate), channels: 2)
        var (input, output) = (LegSamples(legs: 2), LegSamples(legs: 2))
        for index in caller.indices {
            input.append(caller[index], to: 0)
            input.append(agent[index], to: 1)
        }
        suppressor.process(input, into: &output)
        suppressor.finish(into: &output)
        return output[0]
    }
}
