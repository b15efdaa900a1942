public import DTMF

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
    /// The digits that the receivers of the legs decided or saw end in the last call of `process` or `finish`, as they
    /// were decided. Frames count from the first frame of the input.
    public private(set) var keyEvents: [ChannelEvent] = []
    private var legs: [ChannelSuppressor]
    /// Whether the echo of one leg's tone is removed from the other legs.
    private let guardsOtherLegs: Bool
    private var echoGuard: EchoGuard
    private var canceller: EchoCanceller
    private var hops = 0
    /// Frames that were judged, and frames that have left.
    private var received = 0
    private var emitted: Int { legs[0].emitted }
    /// Frames that are stored before the first of them is judged, at most.
    private var longestBlock: Int { block.count }
    /// Work space: samples of one leg, and the echo in them.
    private var block: [Float]
    private var echo: [Float]
    /// Frames of silence that follow the audio, so that its last samples are judged like all others.
    private let silenceAfter: Int

    /// Age in hops at which an expected echo is notched out, and its least distance from both ends. The notch is 18
    /// hops wide.
    private static let notchAge = 10
    private static let notchClearance = 9
    /// Hops between two searches for the echo of a confirmed digit.
    private static let echoSearchHops = 5
    /// Longest block in hops.
    private static let longestBlockHops = 20
    /// Number of events of a leg in one call of `process` for which memory is reserved.
    private static let eventsExpected = 4
    private static let keyEventsExpected = 4

    /// A suppressor for `channels` legs.
    ///
    /// - Parameters:
    ///   - sampleRate: 4,000 to 768,000 Hz.
    ///   - channels: Number of legs, 1 or more.
    ///   - configuration: Look-ahead, fill and policy.
    ///   - presses: For each leg, the presses that are known before its audio comes, in order of time: those of a
    ///     recording, which `RecordingListener` hears as a whole. They are removed if the look-ahead is 0.2 s or more.
    ///     Empty if nothing is known.
    public init(
        sampleRate: Double, channels: Int, configuration: Configuration = Configuration(), presses: [[KeyPress]] = []
    ) {
        precondition((4000...768_000).contains(sampleRate), "the sample rate is 4 to 768 kHz")
        precondition(channels > 0, "there is at least one channel")
        precondition(presses.isEmpty || presses.count == channels, "presses are known of every leg or of none")
        latency = configuration.latency(at: sampleRate)
        self.channels = channels
        silenceAfter = Int(ChannelSuppressor.reserve * sampleRate)
        guardsOtherLegs = channels > 1 && configuration.guardsOtherLegs
        echoGuard = EchoGuard(channels: channels)
        let canceller = EchoCanceller(sampleRate: sampleRate, channels: channels)
        self.canceller = canceller
        let factor = Decimator(sampleRate: sampleRate).factor
        let hop = SignalTables.shared(for: sampleRate / Double(factor)).hop * factor
        let longestBlock = Self.longestBlockHops * hop
        let kept = guardsOtherLegs ? canceller.kept : 0
        legs = (0..<channels).map {
            ChannelSuppressor(
                sampleRate: sampleRate, channel: $0, channels: channels, configuration: configuration,
                presses: presses.isEmpty ? [] : presses[$0], kept: kept, ahead: longestBlock)
        }
        block = Array(repeating: 0, count: longestBlock)
        echo = Array(repeating: 0, count: canceller.step)
        events.reserveCapacity(Self.eventsExpected * channels)
        keyEvents.reserveCapacity(Self.keyEventsExpected * channels)
    }

    /// Whether hops that hold nothing are passed over. This must not change the output; a test compares the two.
    var isScreened = true {
        didSet { for channel in 0..<channels { legs[channel].isScreened = isScreened } }
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
        beginEvents()
        let (channels, frames) = (channels, input.count / channels)
        for start in stride(from: 0, to: frames, by: longestBlock) {
            let count = min(longestBlock, frames - start)
            for channel in 0..<channels {
                for index in 0..<count { block[index] = input[(start + index) * channels + channel] }
                legs[channel].store(block, 0..<count)
            }
            advance(count) { Self.interleave($1, $2, of: $0, among: channels, into: &output) }
        }
    }

    /// Takes frames leg by leg, and appends the frames that are due to `output`.
    public mutating func process(_ input: LegSamples, into output: inout LegSamples) {
        precondition(input.legs.count == channels && output.legs.count == channels, "every leg is there")
        beginEvents()
        for start in stride(from: 0, to: input.frameCount, by: longestBlock) {
            let count = min(longestBlock, input.frameCount - start)
            for channel in 0..<channels {
                legs[channel].store(input.legs[channel], start..<start + count)
            }
            advance(count) { output.append($1.prefix($2), to: $0) }
        }
    }

    /// Ends the audio, and appends the frames that are still held to `output`, interleaved.
    public mutating func finish(into output: inout [Float]) {
        let channels = channels
        finish { Self.interleave($1, $2, of: $0, among: channels, into: &output) }
    }

    /// Ends the audio, and appends the frames that are still held to `output`.
    public mutating func finish(into output: inout LegSamples) {
        finish { output.append($1.prefix($2), to: $0) }
    }

    /// Takes a leg, samples of it that are due, and their number.
    private typealias Receiver = (_ leg: Int, _ samples: [Float], _ count: Int) -> Void

    /// Appends the first `count` samples of one leg. The first leg comes first.
    private static func interleave(
        _ samples: [Float], _ count: Int, of leg: Int, among channels: Int, into output: inout [Float]
    ) {
        if leg == 0 { output.append(contentsOf: repeatElement(0, count: count * channels)) }
        let start = output.count - count * channels + leg
        for index in 0..<count { output[start + index * channels] = samples[index] }
    }

    /// Judges the next frames, which every leg has stored, and gives those that are due.
    private mutating func advance(_ frames: Int, _ give: Receiver) {
        judge(until: received + frames) { suppressor in
            // With no look-ahead, a frame leaves after it was judged; else it leaves before.
            suppressor.emit(until: suppressor.received - max(suppressor.latency, 1), give)
        }
        emit(until: received - latency, give)
    }

    /// Overwrites the last call's events, so that no key stays in memory.
    private mutating func beginEvents() {
        events.removeAll(keepingCapacity: true)
        for index in keyEvents.indices { keyEvents[index] = ChannelEvent(channel: 0, event: .decided(.one, onset: 0)) }
        keyEvents.removeAll(keepingCapacity: true)
    }

    private mutating func finish(_ give: Receiver) {
        beginEvents()
        let end = received
        for channel in 0..<channels { legs[channel].end = end }
        // Silence after the end: a tone that is cut off is judged as if its key had been released.
        block.wipe()
        while received < end + silenceAfter {
            let count = min(block.count, end + silenceAfter - received)
            for channel in 0..<channels { legs[channel].store(block, 0..<count) }
            judge(until: received + count) { _ in }
        }
        for channel in 0..<channels { legs[channel].isOver = true }
        emit(until: end, give)
        for channel in 0..<channels { legs[channel].close(&events) }
    }

    /// Judges the frames up to `end`, hop by hop.
    ///
    /// - Parameter emit: Gives the frames that are due. It is called before a decision changes anything: until then the
    ///   frames that left before would have left unchanged.
    private mutating func judge(until end: Int, emit: (inout Self) -> Void) {
        let hop = legs[0].hop
        while received < end {
            received = min(end, received + hop - received % hop)
            guard received % hop == 0 else { return }
            hops += 1
            if hops % SteadyToneSearch.Threshold.hops == 0 {
                for channel in 0..<channels { legs[channel].searchSteadyTones() }
            }
            var isPlain = !guardsOtherLegs || echoGuard.isSilent(now: hops)
            for channel in 0..<channels {
                legs[channel].takeHop()
                isPlain = isPlain && legs[channel].passOver()
            }
            if isPlain && isScreened {
                // A sample from which a steady tone was taken must leave as it came, and few of those are kept.
                if legs.contains(where: \.steadyTones.isActive) { emit(&self) }
                continue
            }
            emit(&self)
            judge()
            confirm()
        }
    }

    /// Judges the hop that has just ended on every leg, and tells each leg which tones the others carry.
    private mutating func judge() {
        guard guardsOtherLegs else {
            for channel in 0..<channels { legs[channel].judge(echoes: [], isEchoExpected: false) }
            return
        }
        for channel in 0..<channels {
            let isEchoExpected = !echoGuard.isSilent(now: hops)
            let (known, policy) = (canceller.known, policy)
            if isEchoExpected {
                echoGuard.expect(on: channel, now: hops) { source, tone in
                    known.largestGain(
                        of: SIMD2(tone.lowHz, tone.highHz), from: source, to: channel, isAssumed: policy == .secure)
                }
            }
            legs[channel].judge(
                echoes: isEchoExpected ? echoGuard.expected : [], isEchoExpected: isEchoExpected)
            if let tone = legs[channel].ownTone { echoGuard.hear(tone, on: channel, now: hops) }
            guard isEchoExpected else { continue }
            // An echo that is due and cannot be subtracted is notched out.
            let due = echoGuard.due(on: channel, now: hops - Self.notchAge, clearance: Self.notchClearance) {
                known.unknownDelays(from: $0, to: channel, isAssumed: policy == .secure)
            }
            if let due { legs[channel].cancel(due) }
        }
    }

    /// Lets the receiver of each leg listen, and tells the other legs which digit it confirms.
    private mutating func confirm() {
        for channel in 0..<channels {
            tell(legs[channel].confirm(&keyEvents), from: channel)
            tell(legs[channel].confirmKnown(), from: channel)
        }
        guard guardsOtherLegs, hops % Self.echoSearchHops == 0 else { return }
        for channel in 0..<channels where legs[channel].confirmation.mayFindEcho {
            let (known, policy) = (canceller.known, policy)
            legs[channel].cancelEcho {
                known.largestGain(of: $1, from: $0, to: channel, isAssumed: policy == .secure)
            }
        }
    }

    private mutating func tell(_ digit: ConfirmedDigit?, from channel: Int) {
        guard let digit else { return }
        for other in 0..<channels where other != channel { legs[other].note(elsewhere: digit) }
    }

    /// Gives the frames before frame `end` that have not left.
    private mutating func emit(until end: Int, _ give: Receiver) {
        let first = events.count
        while emitted < end {
            let now = emitted
            let isIdle = !guardsOtherLegs || canceller.isIdle(now: now) && legs.allSatisfy { $0.plan.isEmpty }
            let count = min(end - now, isIdle ? block.count : canceller.step - now % canceller.step)
            for channel in 0..<channels {
                let hasEcho =
                    !isIdle && canceller.echo(on: channel, in: now..<now + count, legs, into: &echo)
                legs[channel].emit(
                    count, echo: hasEcho ? echo : nil, into: &block, removed: &canceller.removed[channel], &events)
                give(channel, block, count)
            }
            if !isIdle { canceller.learn(now: emitted, legs) }
        }
        sortEvents(from: first)
    }

    /// Sorts the events from `first` on by their ends, as if every leg had left frame by frame.
    private mutating func sortEvents(from first: Int) {
        for index in events.indices.dropFirst(first + 1) {
            var place = index
            while place > first, isLater(events[place - 1], than: events[place]) {
                events.swapAt(place - 1, place)
                place -= 1
            }
        }
    }

    private func isLater(_ a: SuppressionEvent, than b: SuppressionEvent) -> Bool {
        (a.end, a.channel) > (b.end, b.channel)
    }
}
