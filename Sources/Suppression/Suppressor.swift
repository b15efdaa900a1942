/// A suppressor of key tones: what comes out is what went in, a fixed time later, with every tone gone.
///
/// Output frame k is input frame k: the first ``latency`` frames go in and nothing comes out, and ``finish(into:)`` gives what is left, so that as much comes out as went in. Where nothing was taken out the samples are
/// the same to the bit. However the input is cut into blocks, the output is the same.
public struct Suppressor: Sendable {
    /// Delay in frames.
    public let latency: Int
    /// Legs.
    public let channels: Int
    /// The stretches that ended in the last call of `process` or `finish`, in order.
    public private(set) var events: [SuppressionEvent] = []
    private var legs: [Leg]
    /// Whether a tone on one leg guards the others against its echo.
    private let guardsOtherLegs: Bool
    private var echoGuard: EchoGuard
    private var canceller: EchoCanceller
    private var hops = 0
    private var received = 0
    private var emitted = 0
    /// Frames of silence that follow the audio, so that what its end holds is judged like everything else.
    private let silenceAfter: Int

    /// A suppressor for `channels` legs.
    ///
    /// - Parameters:
    ///   - sampleRate: 4,000 to 768,000 Hz.
    ///   - channels: Legs, 1 or more.
    ///   - configuration: What it is asked to do.
    public init(sampleRate: Double, channels: Int, configuration: Configuration = Configuration()) {
        precondition((4000...768_000).contains(sampleRate), "the sample rate is 4 to 768 kHz")
        precondition(channels > 0, "there is at least one channel")
        latency = configuration.latency(at: sampleRate)
        self.channels = channels
        silenceAfter = Int(Leg.reserve * sampleRate)
        legs = (0..<channels).map {
            Leg(sampleRate: sampleRate, channel: $0, channels: channels, configuration: configuration)
        }
        guardsOtherLegs = channels > 1 && configuration.guardsOtherLegs
        echoGuard = EchoGuard(channels: channels)
        canceller = EchoCanceller(sampleRate: sampleRate, channels: channels)
        events.reserveCapacity(64)
    }

    /// How much speech is worth, from the next frame on.
    public var policy: Policy {
        get { legs[0].policy }
        set { for channel in 0..<channels { legs[channel].policy = newValue } }
    }

    /// Legs that are filled whatever they carry, from the next frame that comes out.
    public var fullMute: Set<Int> {
        get { Set(legs.indices.filter { legs[$0].isMuted }) }
        set { for channel in 0..<channels { legs[channel].isMuted = newValue.contains(channel) } }
    }

    /// What was taken out of each leg so far.
    public var counts: [SuppressionCount] { legs.map(\.count) }

    /// Takes interleaved frames and appends those that are due to `output`.
    ///
    /// - Parameters:
    ///   - input: Whole frames, samples in −1…1.
    ///   - output: Where the frames that are due are appended, interleaved.
    public mutating func process(_ input: [Float], into output: inout [Float]) {
        precondition(input.count % channels == 0, "blocks hold whole frames")
        events.removeAll(keepingCapacity: true)
        let channels = channels
        for start in stride(from: 0, to: input.count, by: channels) {
            advance({ input[start + $0] }, { _, sample in output.append(sample) })
        }
    }

    /// Takes frames leg by leg and appends those that are due to `output`.
    public mutating func process(_ input: LegSamples, into output: inout LegSamples) {
        precondition(input.legs.count == channels && output.legs.count == channels, "every leg is there")
        events.removeAll(keepingCapacity: true)
        for frame in 0..<input.frameCount {
            advance({ input.legs[$0][frame] }, { leg, sample in output.append(sample, to: leg) })
        }
    }

    /// Appends the frames that are still held to `output`, interleaved; the audio is over.
    public mutating func finish(into output: inout [Float]) { finish { _, sample in output.append(sample) } }

    /// Appends the frames that are still held to `output`; the audio is over.
    public mutating func finish(into output: inout LegSamples) {
        finish { leg, sample in output.append(sample, to: leg) }
    }

    /// Takes one frame, and gives the one that is due.
    @inline(__always)
    private mutating func advance(_ sample: (Int) -> Float, _ give: (Int, Float) -> Void) {
        if received - emitted == latency && latency > 0 { emit(give) }
        var hopDone = false
        for channel in 0..<channels { hopDone = legs[channel].take(sample(channel)) }
        if hopDone { judge() }
        received += 1
        if latency == 0 { emit(give) }
    }

    private mutating func finish(_ give: (Int, Float) -> Void) {
        events.removeAll(keepingCapacity: true)
        // What is cut off is judged as if it had been released: behind the end there is silence.
        for _ in 0..<silenceAfter {
            var hopDone = false
            for channel in 0..<channels { hopDone = legs[channel].take(0) }
            if hopDone { judge() }
        }
        while emitted < received { emit(give) }
        for channel in 0..<channels { legs[channel].close(&events) }
    }

    /// Judges the hop that is complete on every leg, each with what the others were heard to carry.
    private mutating func judge() {
        hops += 1
        defer { prove() }
        guard guardsOtherLegs else {
            for channel in 0..<channels { legs[channel].judge(echoes: []) }
            return
        }
        let (canceller, policy) = (canceller, policy)
        for channel in 0..<channels {
            echoGuard.expect(on: channel, now: hops) { source, tone in
                canceller.mostGain(
                    of: SIMD2(tone.lowHz, tone.highHz), from: source, to: channel, isAssumed: policy == .secure)
            }
            legs[channel].judge(echoes: echoGuard.expected)
            if let tone = legs[channel].ownTone { echoGuard.hear(tone, on: channel, now: hops) }
            // What is due and cannot be subtracted is notched out; the notch is 18 hops wide.
            let due = echoGuard.due(on: channel, now: hops - 10, clearance: 9) {
                canceller.unknownDelays(from: $0, to: channel, isAssumed: policy == .secure)
            }
            if let due { legs[channel].cancel(due) }
        }
    }

    /// Lets every leg listen with hindsight, and tells the others what was proved.
    private mutating func prove() {
        for channel in 0..<channels {
            guard let press = legs[channel].prove() else { continue }
            for other in 0..<channels where other != channel { legs[other].note(elsewhere: press) }
        }
        guard guardsOtherLegs, hops % 5 == 0 else { return }
        let (canceller, policy) = (canceller, policy)
        for channel in 0..<channels {
            legs[channel].cancelEcho {
                canceller.mostGain(of: $1, from: $0, to: channel, isAssumed: policy == .secure)
            }
        }
    }

    @inline(__always)
    private mutating func emit(_ give: (Int, Float) -> Void) {
        emitted += 1
        guard guardsOtherLegs else {
            for channel in 0..<channels { give(channel, legs[channel].emit(echo: 0, &events)) }
            return
        }
        for channel in 0..<channels {
            let carried = legs[channel].oldest
            let echo = canceller.echo(on: channel)
            give(channel, legs[channel].emit(echo: echo, &events))
            canceller.note(carried, taken: legs[channel].taken, on: channel)
        }
        canceller.advance()
    }
}
