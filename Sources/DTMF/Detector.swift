/// A streaming DTMF receiver for one channel.
///
/// Give it samples in blocks of any size; the events do not depend on how the stream is cut. It keeps half a second
/// of audio and allocates nothing after `init`.
public struct Detector: Sendable {
    /// The thresholds in force.
    public let profile: DetectorProfile
    private var resampler: Resampler?
    private var history = SampleHistory()
    private var core: DetectorCore
    private let ratio: Double

    /// A detector for `sampleRate` (4,000 to 768,000 Hz; keys above 1 kHz need 4 kHz or more to be there at all).
    public init(sampleRate: Double, profile: DetectorProfile = .q24) {
        precondition(sampleRate >= 4000 && sampleRate <= 768_000, "a sample rate from 4 to 768 kHz")
        self.profile = profile
        ratio = sampleRate / Frame.rate
        resampler = sampleRate == Frame.rate ? nil : Resampler(from: sampleRate)
        core = DetectorCore(profile: profile)
    }

    /// A detector that analyses every hop, quiet or not: what the energy gate must agree with.
    init(sampleRate: Double, profile: DetectorProfile = .q24, unfiltered: Bool) {
        self.init(sampleRate: sampleRate, profile: profile)
        core.isPrefiltered = !unfiltered
    }

    /// Listens to `samples` (−1…1) and reports what is decided; indices count from the first sample ever given.
    public mutating func process(_ samples: Span<Float>, _ report: (DetectorEvent) -> Void) {
        if resampler != nil {
            for i in samples.indices { push(samples[i], report) }
            return
        }
        process(samples.count, { history, start, count in history.append(samples, from: start, count: count) }, report)
    }

    /// Listens to 16-bit samples: the same as floats of a 32,768th, and quicker.
    public mutating func process(_ samples: Span<Int16>, _ report: (DetectorEvent) -> Void) {
        if resampler != nil {
            for i in samples.indices { push(Float(samples[i]) * 0x1p-15, report) }
            return
        }
        process(samples.count, { history, start, count in history.append(samples, from: start, count: count) }, report)
    }

    /// Takes `total` samples, which `append` moves piece by piece.
    @inline(__always)
    private mutating func process(
        _ total: Int, _ append: (inout SampleHistory, _ start: Int, _ count: Int) -> Void,
        _ report: (DetectorEvent) -> Void
    ) {
        var start = 0
        while start < total {
            let count = min(total - start, SampleHistory.ahead)
            append(&history, start, count)
            start += count
            listen(report)
        }
    }

    /// Takes one sample at a rate that is not the detector's.
    @inline(__always)
    private mutating func push(_ sample: Float, _ report: (DetectorEvent) -> Void) {
        resampler!.push(sample)
        while let sample = resampler!.next() {
            history.append(sample)
            let ratio = ratio
            listen { report($0.scaled(by: ratio)) }
        }
    }

    /// Looks at what has come.
    @inline(__always)
    private mutating func listen(_ report: (DetectorEvent) -> Void) {
        while history.end >= core.nextBoundary { core.advance(history, report) }
    }

    /// Ends the stream: a press that still goes on ends with it.
    public mutating func finish(_ report: (DetectorEvent) -> Void) {
        // Silence for as long as it takes to be sure of an end.
        let silence = [Float](repeating: 0, count: Int(0.06 * Frame.rate * ratio))
        process(silence.span, report)
        let ratio = ratio
        core.finish(history) { report($0.scaled(by: ratio)) }
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
