/// A suppressor of key tones: what comes out is what went in, a fixed time later, with every tone gone.
///
/// Frames are interleaved. Output frame k is input frame k: the first ``latency`` frames go in and nothing comes out, and
/// ``finish(into:_:)`` gives what is left, so that as much comes out as went in. Where nothing was taken out the samples are
/// the same to the bit. However the input is cut into blocks, the output is the same.
public struct Suppressor: Sendable {
    /// Delay in frames.
    public let latency: Int
    /// Legs.
    public let channels: Int
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

    /// A suppressor for `channels` interleaved legs.
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

    /// Takes interleaved frames, appends those that are due to `output`, and tells of each stretch taken out as it ends.
    ///
    /// - Parameters:
    ///   - input: Whole frames, samples in −1…1.
    ///   - output: Where the frames that are due are appended.
    ///   - report: Called for each stretch that ended.
    public mutating func process(
        _ input: Span<Float>, into output: inout [Float], _ report: (SuppressionEvent) -> Void
    ) {
        precondition(input.count % channels == 0, "blocks hold whole frames")
        var index = 0
        while index < input.count {
            if received - emitted == latency && latency > 0 { emit(into: &output, report) }
            var hopDone = false
            for channel in 0..<channels { hopDone = legs[channel].take(input[index + channel]) }
            if hopDone { judge() }
            index += channels
            received += 1
            if latency == 0 { emit(into: &output, report) }
        }
    }

    /// Appends the frames that are still held to `output`; the audio is over.
    public mutating func finish(into output: inout [Float], _ report: (SuppressionEvent) -> Void) {
        // What is cut off is judged as if it had been released: behind the end there is silence.
        for _ in 0..<silenceAfter {
            var hopDone = false
            for channel in 0..<channels { hopDone = legs[channel].take(0) }
            if hopDone { judge() }
        }
        while emitted < received { emit(into: &output, report) }
        for channel in 0..<channels { legs[channel].close(report) }
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

    private mutating func emit(into output: inout [Float], _ report: (SuppressionEvent) -> Void) {
        emitted += 1
        guard guardsOtherLegs else {
            for channel in 0..<channels { output.append(legs[channel].emit(echo: 0, report)) }
            return
        }
        for channel in 0..<channels {
            let carried = legs[channel].oldest
            let echo = canceller.echo(on: channel)
            output.append(legs[channel].emit(echo: echo, report))
            canceller.note(carried, taken: legs[channel].taken, on: channel)
        }
        canceller.advance()
    }
}
