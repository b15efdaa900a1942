internal import CVector

/// A streaming DTMF receiver for one channel.
///
/// It takes samples in blocks of any size. The events do not depend on how the stream is divided. It keeps a
/// fifth of a second of audio and allocates nothing after the first samples.
public struct Detector: Sendable {
    /// The thresholds of this detector.
    public let profile: DetectorProfile
    /// The events of the last call of `process` or `finish`, in order. Indices count from the first sample of the
    /// stream.
    public private(set) var events: [DetectorEvent] = []
    /// Reserved memory, which ``events`` takes when there are some. While there are none, ``events`` is the empty array
    /// that all detectors share, so that thousands of them find it in the cache.
    private var reserve: [DetectorEvent] = []
    private var resampler: Resampler?
    private var receiver: Receiver
    private let ratio: Double

    /// Seconds of silence after which the end of a press is certain.
    private static let endSilence = 0.06
    /// Number of events in one block for which memory is reserved.
    private static let eventsExpected = 4
    /// One step of a 16-bit sample.
    private static let step16: Float = 0x1p-15

    /// A detector for `sampleRate`, 4,000 to 768,000 Hz. A rate below 4 kHz cannot carry the high tones.
    public init(sampleRate: Double, profile: DetectorProfile = .q24) {
        self.init(sampleRate: sampleRate, limits: .of(profile))
    }

    /// A detector with the limits of a profile.
    init(sampleRate: Double, limits: ReceiverLimits) {
        precondition(sampleRate >= 4000 && sampleRate <= 768_000, "a sample rate from 4 to 768 kHz")
        profile = limits.profile
        ratio = sampleRate / Frame.rate
        resampler = sampleRate == Frame.rate ? nil : Resampler(from: sampleRate)
        reserve.reserveCapacity(Self.eventsExpected)
        receiver = Receiver(limits, ring: resampler == nil ? .shorts : .floats)
    }

    /// A detector that reads the samples of a stream at 8 kHz from the ring in which another keeps them.
    ///
    /// It allocates nothing after `init` and keeps no samples.
    package init(readingRingOf profile: DetectorProfile) {
        self.profile = profile
        ratio = 1
        receiver = Receiver(.of(profile), ring: .none)
        reserve.reserveCapacity(Self.eventsExpected)
    }

    /// Samples before the newest one that such a detector reads, at most.
    package static let ringReach = Int(TONEWALL_RECEIVER_REACH)

    /// Takes the samples up to `end` from `ring`, in which sample n is at n modulo its length.
    package mutating func process(until end: Int, of ring: Span<Float>) {
        wipeEvents()
        receiver.take(until: end, of: ring, &events, &reserve)
    }

    /// The same from a ring of 16-bit samples.
    package mutating func process(until end: Int, of ring: Span<Int16>) {
        wipeEvents()
        receiver.take(until: end, of: ring, &events, &reserve)
    }

    /// Samples that must come before anything can be decided, or fewer.
    package var samplesAwaited: Int {
        let awaited = receiver.samplesAwaited
        // As many samples as the resampler makes of them give it one more at most.
        return resampler == nil ? awaited : Int(Double(awaited - 1) * ratio)
    }

    /// Takes samples in −1…1. Digits are reported in ``events``.
    public mutating func process(_ samples: [Float]) { process(samples.span) }

    /// Takes samples in −1…1 from a part of an array.
    public mutating func process(_ samples: Span<Float>) {
        wipeEvents()
        guard resampler != nil else { return receiver.take(samples, &events, &reserve) }
        for i in samples.indices { push(samples[i]) }
    }

    /// Takes 16-bit samples. The result is the same as for floats of a 32,768th, and it is faster.
    public mutating func process(_ samples: Span<Int16>) {
        wipeEvents()
        take(samples)
    }

    @inline(__always)
    private mutating func take(_ samples: Span<Int16>) {
        guard resampler != nil else { return receiver.take(samples, &events, &reserve) }
        for i in samples.indices { push(Float(samples[i]) * Self.step16) }
    }

    /// Takes one sample at a rate other than 8 kHz.
    @inline(__always)
    private mutating func push(_ sample: Float) {
        resampler!.push(sample)
        while let sample = resampler!.next() {
            let first = events.count
            receiver.take(sample, &events, &reserve)
            scaleEvents(from: first)
        }
    }

    /// Ends the stream. A press that still goes on ends with it.
    public mutating func finish() {
        wipeEvents()
        take([Int16](repeating: 0, count: Int(Self.endSilence * Frame.rate * ratio)).span)
        let first = events.count
        receiver.finish(&events, &reserve)
        scaleEvents(from: first)
    }

    /// Converts times from 8 kHz to the rate of the stream.
    private mutating func scaleEvents(from first: Int) {
        for index in first..<events.count { events[index] = events[index].scaled(by: ratio) }
    }

    /// Overwrites the events, so that no key stays in memory when the next samples come.
    @inline(__always)
    private mutating func wipeEvents() {
        guard !events.isEmpty else { return }
        for index in events.indices { events[index] = .decided(.one, onset: 0) }
        events.removeAll(keepingCapacity: true)
        swap(&events, &reserve)
    }
}

extension DetectorEvent {
    /// The event with its times multiplied by `ratio`.
    fileprivate func scaled(by ratio: Double) -> DetectorEvent {
        func index(_ sample: Int) -> Int { max(0, Int((Double(sample) * ratio).rounded())) }
        switch self {
        case .decided(let key, let onset): return .decided(key, onset: index(onset))
        case .ended(var press):
            press.start = index(press.start)
            press.end = index(press.end)
            return .ended(press)
        }
    }
}
