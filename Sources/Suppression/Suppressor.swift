/// Removes digit tones from a call. The output is the input without the tones, delayed by a fixed time.
///
/// Output frame k is input frame k. The first ``latency`` frames give no output. `finish(into:)` gives the frames that
/// are still held, so input and output have the same length. Samples outside the reported spans are identical to the
/// bit. The output does not depend on how the input is divided into blocks.
public struct Suppressor: Sendable {
    /// Delay in frames: the look-ahead.
    public let latency: Int
    /// Number of legs.
    public let channels: Int
    /// The removed spans that ended in the last call of `process` or `finish`, in order.
    public private(set) var events: [SuppressionEvent] = []
    private var legs: [ChannelSuppressor]
    /// Whether the echo of one leg's tone is removed from the other legs.
    private let guardsOtherLegs: Bool
    private var echoGuard: EchoGuard
    private var canceller: EchoCanceller
    private var hops = 0
    private var received = 0
    private var emitted = 0
    /// Frames of silence that follow the audio, so that its last samples are judged like all others.
    private let silenceAfter: Int

    /// Age in hops at which an expected echo is notched out, and its least distance from both ends. The notch is 18
    /// hops wide.
    private static let notchAge = 10
    private static let notchClearance = 9
    /// Hops between two searches for the echo of a confirmed digit.
    private static let echoSearchHops = 5
    /// Number of events in one call of `process` for which memory is reserved.
    private static let eventsExpected = 64

    /// A suppressor for `channels` legs.
    ///
    /// - Parameters:
    ///   - sampleRate: 4,000 to 768,000 Hz.
    ///   - channels: Number of legs, 1 or more.
    ///   - configuration: Look-ahead, fill and policy.
    public init(sampleRate: Double, channels: Int, configuration: Configuration = Configuration()) {
        precondition((4000...768_000).contains(sampleRate), "the sample rate is 4 to 768 kHz")
        precondition(channels > 0, "there is at least one channel")
        latency = configuration.latency(at: sampleRate)
        self.channels = channels
        silenceAfter = Int(ChannelSuppressor.reserve * sampleRate)
        legs = (0..<channels).map {
            ChannelSuppressor(sampleRate: sampleRate, channel: $0, channels: channels, configuration: configuration)
        }
        guardsOtherLegs = channels > 1 && configuration.guardsOtherLegs
        echoGuard = EchoGuard(channels: channels)
        canceller = EchoCanceller(sampleRate: sampleRate, channels: channels)
        events.reserveCapacity(Self.eventsExpected)
    }

    /// How readily something like a tone is removed, from the next frame on.
    public var policy: Policy {
        get { legs[0].policy }
        set { for channel in 0..<channels { legs[channel].policy = newValue } }
    }

    /// Legs that are filled whatever they carry, from the next output frame on.
    public var fullMute: Set<Int> {
        get { Set(legs.indices.filter { legs[$0].isMuted }) }
        set { for channel in 0..<channels { legs[channel].isMuted = newValue.contains(channel) } }
    }

    /// What has been removed from each leg so far.
    public var counts: [SuppressionCount] { legs.map(\.count) }

    /// Takes interleaved frames, and appends the frames that are due to `output`.
    ///
    /// - Parameters:
    ///   - input: Whole frames, samples in −1…1.
    ///   - output: Receives the frames that are due, interleaved.
    public mutating func process(_ input: [Float], into output: inout [Float]) {
        precondition(input.count % channels == 0, "blocks hold whole frames")
        events.removeAll(keepingCapacity: true)
        let channels = channels
        for start in stride(from: 0, to: input.count, by: channels) {
            advance({ input[start + $0] }, { _, sample in output.append(sample) })
        }
    }

    /// Takes frames leg by leg, and appends the frames that are due to `output`.
    public mutating func process(_ input: LegSamples, into output: inout LegSamples) {
        precondition(input.legs.count == channels && output.legs.count == channels, "every leg is there")
        events.removeAll(keepingCapacity: true)
        for frame in 0..<input.frameCount {
            advance({ input.legs[$0][frame] }, { leg, sample in output.append(sample, to: leg) })
        }
    }

    /// Ends the audio and appends the frames that are still held to `output`, interleaved.
    public mutating func finish(into output: inout [Float]) { finish { _, sample in output.append(sample) } }

    /// Ends the audio and appends the frames that are still held to `output`.
    public mutating func finish(into output: inout LegSamples) {
        finish { leg, sample in output.append(sample, to: leg) }
    }

    /// Takes one frame and gives the frame that is due.
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
        // Silence follows the end. A tone that is cut off is judged as if its key had been released.
        for _ in 0..<silenceAfter {
            var hopDone = false
            for channel in 0..<channels { hopDone = legs[channel].take(0) }
            if hopDone { judge() }
        }
        while emitted < received { emit(give) }
        for channel in 0..<channels { legs[channel].close(&events) }
    }

    /// Judges the last hop of every leg, and tells each leg what the others carry.
    private mutating func judge() {
        hops += 1
        defer { confirm() }
        guard guardsOtherLegs else {
            for channel in 0..<channels { legs[channel].judge(echoes: []) }
            return
        }
        let (canceller, policy) = (canceller, policy)
        for channel in 0..<channels {
            echoGuard.expect(on: channel, now: hops) { source, tone in
                canceller.largestGain(
                    of: SIMD2(tone.lowHz, tone.highHz), from: source, to: channel, isAssumed: policy == .secure)
            }
            legs[channel].judge(echoes: echoGuard.expected)
            if let tone = legs[channel].ownTone { echoGuard.hear(tone, on: channel, now: hops) }
            // An expected echo that cannot be subtracted is notched out.
            let due = echoGuard.due(on: channel, now: hops - Self.notchAge, clearance: Self.notchClearance) {
                canceller.unknownDelays(from: $0, to: channel, isAssumed: policy == .secure)
            }
            if let due { legs[channel].cancel(due) }
        }
    }

    /// Passes the samples to each leg's receiver, and tells the other legs what it confirmed.
    private mutating func confirm() {
        for channel in 0..<channels {
            guard let digit = legs[channel].confirm() else { continue }
            for other in 0..<channels where other != channel { legs[other].note(elsewhere: digit) }
        }
        guard guardsOtherLegs, hops % Self.echoSearchHops == 0 else { return }
        let (canceller, policy) = (canceller, policy)
        for channel in 0..<channels {
            legs[channel].cancelEcho {
                canceller.largestGain(of: $1, from: $0, to: channel, isAssumed: policy == .secure)
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
