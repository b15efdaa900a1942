import DTMF
import LineControl
import Suppression

/// The media of a live call. Its keys go to a queue that the owner of the call empties.
///
/// Files pass through the same suppressor. So the recording equals the output of `tonewall suppress` for the same
/// input, sample for sample. After blocks of ``largestBlock`` frames nothing is allocated, and no lock is ever taken.
/// If the queue has no room for a key, the call has no attendant any more. The caller is then muted until there is room
/// again.
struct LiveMedia {
    /// Largest number of frames in one call of `process`.
    static let largestBlock = 4096

    private var media: CallMedia
    private let events: SingleProducerRing<MediaEvent>
    private var legs: LegSamples
    /// Whether keys or trouble reports were lost. Nothing of the caller may be heard then.
    private(set) var isInDoubt = false
    /// The last block of the recording: interleaved, caller then agent.
    private(set) var recording: [Float] = []

    /// Media that reports its keys to `events`.
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

    /// The agent's output for the last block. It has as many frames as came in, later by the look-ahead.
    var agentHears: [Float] { media.clean[CallMedia.caller] }
    /// Number of frames taken so far.
    var received: Int { media.received }
    /// What has been removed from each leg so far, the caller's first.
    var counts: [SuppressionCount] { media.counts }

    /// Takes a telephone event of the caller. Its times count in frames of the call.
    mutating func take(_ event: TelephoneEvent) { media.take(event) }

    /// Takes the same frames of each leg, and puts the frames that are due into ``agentHears`` and ``recording``.
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

    /// Ends the call and outputs the frames that are still held.
    mutating func finish() {
        media.finish()
        tell()
    }

    /// Mutes the caller until the attendant has caught up.
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
    /// The sample, or 0 for an infinite or NaN value from a floating-point port. Such a value would spoil every later
    /// sum.
    fileprivate var ifNumber: Float { isFinite ? self : 0 }
}
