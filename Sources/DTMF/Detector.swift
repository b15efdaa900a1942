/// A streaming DTMF receiver for one channel.
///
/// Give it samples in blocks of any size; the events do not depend on how the stream is cut. It keeps a quarter of a second
/// of audio and allocates nothing after `init`.
public struct Detector: Sendable {
    /// The thresholds in force.
    public let profile: DetectorProfile
    private var resampler: Resampler?
    private var history = SampleHistory()
    private var receiver: Receiver
    private let ratio: Double

    /// A detector for `sampleRate` (8,000 to 192,000 Hz).
    public init(sampleRate: Double, profile: DetectorProfile = .q24) {
        precondition(sampleRate >= 4000 && sampleRate <= 384_000, "a sample rate from 4 to 384 kHz")
        self.profile = profile
        ratio = sampleRate / Frame.rate
        resampler = sampleRate == Frame.rate ? nil : Resampler(from: sampleRate)
        receiver = Receiver(profile: profile)
    }

    /// Listens to `samples` (−1…1) and reports what is decided; indices count from the first sample ever given.
    public mutating func process(_ samples: Span<Float>, _ report: (DetectorEvent) -> Void) {
        for i in 0..<samples.count { push(samples[i], report) }
    }

    /// Ends the stream: a press that still goes on ends with it.
    public mutating func finish(_ report: (DetectorEvent) -> Void) {
        // Silence for as long as it takes to be sure of an end.
        for _ in 0..<Frame.samples(profile.bridgedInterruption) + 2 * Frame.window { push(0, report) }
        let ratio = ratio
        receiver.finish(history) { report($0.scaled(by: ratio)) }
    }

    private mutating func push(_ sample: Float, _ report: (DetectorEvent) -> Void) {
        if resampler == nil {
            take(sample, report)
        } else {
            var ready: [Float] = []
            resampler?.push(sample) { ready.append($0) }
            for x in ready { take(x, report) }
        }
    }

    private mutating func take(_ sample: Float, _ report: (DetectorEvent) -> Void) {
        history.append(sample)
        guard history.end % Frame.hop == 0 else { return }
        let ratio = ratio
        receiver.hop(history) { report($0.scaled(by: ratio)) }
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
