import DTMF
import LineControl
import Suppression

/// The media of a live call, whose keys go to a queue that somebody has to empty.
///
/// The suppressor is the one that files go through, so what is recorded equals `tonewall suppress` on what came in,
/// sample for sample. Nothing is allocated and no lock is taken once blocks of ``largestBlock`` frames have been seen.
/// Where keys find no room in the queue, nobody follows the call any more, and nothing of the caller is heard until
/// there is room again.
struct LiveMedia {
    /// The most frames that one call may bring.
    static let largestBlock = 4096

    private var media: CallMedia
    private let events: SingleProducerRing<MediaEvent>
    private var legs: LegSamples
    /// Whether keys or troubles were lost, so that nothing may be heard.
    private(set) var isInDoubt = false
    /// The last block's part of the recording: interleaved, caller then agent.
    private(set) var recording: [Float] = []

    /// Media that tells its keys to `events`.
    init(
        sampleRate: Double, suppression: Suppressor.Configuration, bounceGap: Duration,
        events: SingleProducerRing<MediaEvent>
    ) {
        self.events = events
        media = CallMedia(
            sampleRate: sampleRate, bounceGap: bounceGap, configuration: suppression,
            largestBlock: Self.largestBlock)
        legs = LegSamples(legs: CallMedia.channels, capacity: Self.largestBlock)
        recording.reserveCapacity(CallMedia.channels * (Self.largestBlock + Int(0.1 * sampleRate)))
    }

    /// What the agent hears of the last block: as many frames as came in, later by the look-ahead.
    var agentHears: [Float] { media.clean[CallMedia.caller] }
    /// Frames that came in so far.
    var received: Int { media.received }
    /// What was taken out of each leg so far, the caller's first.
    var counts: [SuppressionCount] { media.counts }

    /// Takes a telephone event of the caller's; its times count in frames of the call.
    mutating func take(_ event: TelephoneEvent) { media.take(event) }

    /// Takes the same frames of each leg, and puts what is due into ``agentHears`` and ``recording``.
    mutating func process(caller: [Float], agent: [Float], frames: Range<Int>, line: LineCondition) {
        precondition(frames.count <= Self.largestBlock, "a block is no larger than room was made for")
        for index in frames {
            legs.append(caller[index].ifNumber, to: CallMedia.caller)
            legs.append(agent[index].ifNumber, to: CallMedia.agent)
        }
        isInDoubt = isInDoubt && 2 * events.count > events.capacity
        media.line = isInDoubt ? .muted : line
        media.process(legs)
        legs.wipe()
        tell()
    }

    /// The call is over: what is still held comes out.
    mutating func finish() {
        media.finish()
        tell()
    }

    /// Nothing of the caller is to be heard until whoever follows the call has caught up.
    mutating func doubt() { isInDoubt = true }

    private mutating func tell() {
        for key in media.keys where !events.put(.key(key)) { isInDoubt = true }
        recording.removeAll(keepingCapacity: true)
        let (caller, agent) = (media.clean[CallMedia.caller], media.clean[CallMedia.agent])
        for frame in caller.indices {
            recording.append(caller[frame])
            recording.append(agent[frame])
        }
    }
}

extension Float {
    /// The sample; 0 where a port of floats brought what is no number, which would stay in every sum.
    fileprivate var ifNumber: Float { isFinite ? self : 0 }
}
