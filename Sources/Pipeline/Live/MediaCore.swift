import DTMF
import PaymentSession
import Suppression

/// The middle of every live path: caller and agent in, a clean caller and a clean recording out, keys to a queue.
///
/// The suppressor is the one that files go through, so what is recorded equals `tonewall suppress` on what came in, sample for
/// sample. Nothing is allocated and no lock is taken once blocks of ``largestBlock`` frames have been seen. Where keys find no
/// room in the queue, nobody follows the call any more, and nothing of the caller is heard until there is room again.
struct MediaCore {
    /// The most frames that one call may bring.
    static let largestBlock = 4096

    private var legs: CallLegs
    private let sampleRate: Double
    private let events: SingleProducerRing<MediaEvent>
    private var frames: [Float] = []
    private var clean: [Float] = []
    /// What the agent hears of the last block: as many frames as came in, later by the look-ahead.
    private(set) var agentHears: [Float] = []
    /// The last block's part of the recording: interleaved, caller then agent.
    var recording: [Float] { clean }
    /// Frames that came in so far.
    private(set) var received = 0
    /// Whether keys or troubles were lost, so that nothing may be heard.
    private(set) var isInDoubt = false
    private var keys: [Key] = []

    /// A core that tells its keys to `events`.
    init(
        sampleRate: Double, suppression: Suppressor.Configuration, profile: KeypadProfile,
        events: SingleProducerRing<MediaEvent>
    ) {
        self.sampleRate = sampleRate
        self.events = events
        legs = CallLegs(sampleRate: sampleRate, profile: profile, configuration: suppression)
        let samples = CallLegs.channels * (Self.largestBlock + Int(0.1 * sampleRate))
        frames.reserveCapacity(samples)
        clean.reserveCapacity(samples)
        agentHears.reserveCapacity(samples)
        keys.reserveCapacity(16)
    }

    /// What was taken out of each leg so far, the caller's first.
    var counts: [SuppressionCount] { legs.counts }

    /// Takes as many frames of each leg, and puts what is due into ``agentHears`` and ``recording``.
    mutating func process(caller: Span<Float>, agent: Span<Float>, line: LineCondition) {
        precondition(caller.count == agent.count && caller.count <= Self.largestBlock, "legs come in equal blocks")
        frames.removeAll(keepingCapacity: true)
        for index in caller.indices {
            frames.append(caller[index].ifNumber)
            frames.append(agent[index].ifNumber)
        }
        received += caller.count
        isInDoubt = isInDoubt && 2 * events.count > events.capacity
        legs.line = isInDoubt ? .muted : line
        keys.removeAll(keepingCapacity: true)
        // Taken out of the value while the legs, another part of it, are at work.
        var (frames, clean, keys): ([Float], [Float], [Key]) = ([], [], [])
        swap(&frames, &self.frames)
        swap(&clean, &self.clean)
        swap(&keys, &self.keys)
        legs.process(frames.span, until: .seconds(Double(received) / sampleRate), into: &clean) { keys.append($0) }
        tell(&keys)
        frames.wipe()
        swap(&frames, &self.frames)
        swap(&clean, &self.clean)
        swap(&keys, &self.keys)
        splitAgent()
    }

    /// The call is over: what is still held comes out.
    mutating func finish() {
        var (clean, keys): ([Float], [Key]) = ([], [])
        swap(&clean, &self.clean)
        swap(&keys, &self.keys)
        keys.removeAll(keepingCapacity: true)
        legs.finish(at: .seconds(Double(received) / sampleRate), into: &clean) { keys.append($0) }
        tell(&keys)
        swap(&clean, &self.clean)
        swap(&keys, &self.keys)
        splitAgent()
    }

    /// Nothing of the caller is to be heard until whoever follows the call has caught up.
    mutating func doubt() { isInDoubt = true }

    private mutating func tell(_ keys: inout [Key]) {
        for index in keys.indices {
            if !events.put(.key(keys[index])) { isInDoubt = true }
            // No sequence of digits stays behind.
            keys[index] = .one
        }
    }

    private mutating func splitAgent() {
        agentHears.removeAll(keepingCapacity: true)
        for frame in 0..<(clean.count / CallLegs.channels) {
            agentHears.append(clean[frame * CallLegs.channels + CallLegs.caller])
        }
    }
}

extension Float {
    /// The sample; 0 where a device of floats brought what is no number, which would stay in every sum.
    fileprivate var ifNumber: Float { isFinite ? self : 0 }
}
