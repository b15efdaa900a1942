package import DTMF
package import PaymentSession
package import Suppression

/// The two legs of a call on their way from the caller to the agent and the recording: keys come out of them, tones do not.
///
/// Frames are interleaved, the caller first.
package struct CallLegs {
    package static let caller = 0
    package static let channels = 2

    private let sampleRate: Double
    private var suppressor: Suppressor
    private var detector: Detector
    private var intake: PressIntake
    private var callerSamples: [Float] = []
    private let configuration: Suppressor.Configuration
    /// What was taken out, once nothing is kept of the audio any more.
    private var lastCounts: [SuppressionCount]?
    /// What may be heard of the frames that come out from now on.
    package var line: LineCondition = .open {
        didSet {
            if line != oldValue { suppressor.policy = line == .open ? configuration.policy : .secure }
        }
    }

    package init(sampleRate: Double, profile: KeypadProfile, configuration: Suppressor.Configuration) {
        self.sampleRate = sampleRate
        self.configuration = configuration
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        detector = Detector(sampleRate: sampleRate)
        intake = PressIntake(bounceGap: profile.bounceGap)
    }

    package var counts: [SuppressionCount] { lastCounts ?? suppressor.counts }

    /// The call is over: what is kept of its audio is given back.
    package mutating func forget() {
        lastCounts = suppressor.counts
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        detector = Detector(sampleRate: sampleRate)
        callerSamples = []
    }

    /// Takes frames that end at `now`; the frames that are due replace what `output` holds, new keys go to `press`, what is
    /// taken out of either leg is told to `remove`.
    package mutating func process(
        _ frames: Span<Float>, until now: Duration, into output: inout [Float],
        remove: (SuppressionEvent) -> Void = { _ in }, _ press: (Key) -> Void
    ) {
        output.removeAll(keepingCapacity: true)
        suppressor.process(frames, into: &output, remove)
        muteIfNeeded(&output)
        // Taken out of the value while the detector, another part of it, reads them.
        var callerSamples: [Float] = []
        swap(&callerSamples, &self.callerSamples)
        callerSamples.removeAll(keepingCapacity: true)
        for frame in 0..<(frames.count / Self.channels) {
            callerSamples.append(frames[frame * Self.channels + Self.caller])
        }
        Self.listen(to: callerSamples.span, by: &detector, &intake, sampleRate, now, press)
        callerSamples.wipe()
        swap(&callerSamples, &self.callerSamples)
    }

    /// The parts come one by one, because the detector is at work while the intake takes what it tells.
    private static func listen(
        to samples: Span<Float>, by detector: inout Detector, _ intake: inout PressIntake, _ sampleRate: Double,
        _ now: Duration, _ press: (Key) -> Void
    ) {
        detector.process(samples) { event in intake.take(PressReport(event, sampleRate: sampleRate), at: now, press) }
        intake.advance(to: now, press)
    }

    /// The call is over: what is still held comes out.
    package mutating func finish(
        at now: Duration, into output: inout [Float], remove: (SuppressionEvent) -> Void = { _ in },
        _ press: (Key) -> Void
    ) {
        output.removeAll(keepingCapacity: true)
        suppressor.finish(into: &output, remove)
        muteIfNeeded(&output)
        Self.finish(&detector, &intake, sampleRate, now, press)
    }

    private static func finish(
        _ detector: inout Detector, _ intake: inout PressIntake, _ sampleRate: Double, _ now: Duration,
        _ press: (Key) -> Void
    ) {
        detector.finish { event in intake.take(PressReport(event, sampleRate: sampleRate), at: now, press) }
        intake.advance(to: now + intake.hold, press)
    }

    private func muteIfNeeded(_ output: inout [Float]) {
        guard line == .muted else { return }
        for index in output.indices { output[index] = 0 }
    }
}

extension PressReport {
    fileprivate init(_ event: DetectorEvent, sampleRate: Double) {
        self =
            switch event {
            case .decided(let key, let onset): .inBand(key, onset: .seconds(Double(onset) / sampleRate))
            case .ended(let press): .inBandEnded(press.key, end: .seconds(Double(press.end) / sampleRate))
            }
    }
}
