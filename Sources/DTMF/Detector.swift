/// A streaming DTMF receiver for one channel.
///
/// Give it samples in blocks of any size; the events do not depend on how the stream is cut. It keeps half a second
/// of audio and allocates nothing after `init`.
public struct Detector: Sendable {
    /// The thresholds in force.
    public let profile: DetectorProfile
    private var resampler: Resampler?
    private var history = SampleHistory()
    private var receiver: Receiver
    private let ratio: Double

    /// A detector for `sampleRate` (4,000 to 384,000 Hz; keys above 1 kHz need 4 kHz or more to be there at all).
    public init(sampleRate: Double, profile: DetectorProfile = .q24) {
        precondition(sampleRate >= 4000 && sampleRate <= 384_000, "a sample rate from 4 to 384 kHz")
        self.profile = profile
        ratio = sampleRate / Frame.rate
        resampler = sampleRate == Frame.rate ? nil : Resampler(from: sampleRate)
        receiver = Receiver(profile: profile)
    }

    /// A detector that analyses every hop, quiet or not: what the energy gate must agree with.
    init(sampleRate: Double, profile: DetectorProfile = .q24, ungated: Bool) {
        self.init(sampleRate: sampleRate, profile: profile)
        receiver.isGated = !ungated
    }

    /// Listens to `samples` (−1…1) and reports what is decided; indices count from the first sample ever given.
    public mutating func process(_ samples: Span<Float>, _ report: (DetectorEvent) -> Void) {
        let ratio = ratio
        if resampler != nil {
            for i in 0..<samples.count {
                resampler!.push(samples[i])
                while let sample = resampler!.next() {
                    history.append(sample)
                    if history.end == receiver.nextBoundary {
                        receiver.advance(history) { report($0.scaled(by: ratio)) }
                    }
                }
            }
            return
        }
        var start = 0
        while start < samples.count {
            let count = min(samples.count - start, receiver.nextBoundary - history.end)
            history.append(samples, from: start, count: count)
            start += count
            if history.end == receiver.nextBoundary { receiver.advance(history, report) }
        }
    }

    /// Ends the stream: a press that still goes on ends with it.
    public mutating func finish(_ report: (DetectorEvent) -> Void) {
        // Silence for as long as it takes to be sure of an end.
        let silence = [Float](repeating: 0, count: Int(0.06 * Frame.rate * ratio))
        process(silence.span, report)
        let ratio = ratio
        receiver.finish(history) { report($0.scaled(by: ratio)) }
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
