package import DTMF
package import LineControl
package import Suppression

/// The media of a call: the caller's and the agent's leg in, clean legs and the caller's keys out.
///
/// What comes out lies in `clean`, `keys` and `removed` until the next call of `process(_:)`. Nothing is
/// allocated once the largest block has been seen.
package struct CallMedia {
    /// The legs' places in `clean` and in a recording.
    package static let (caller, agent) = (0, 1)
    /// Sampling rates at which keys can be told, in Hz.
    package static let sampleRates = 4_000...768_000
    package static let channels = 2

    private let sampleRate: Double
    private let configuration: Suppressor.Configuration
    private var suppressor: Suppressor
    private var detector: Detector
    private var intake: PressIntake
    /// Frames that came in so far.
    package private(set) var received = 0
    /// The frames that became due, tones gone: as many as came in, later by the look-ahead.
    package private(set) var clean: LegSamples
    /// The presses that were heard, each once. Wiped with the next block: no sequence of digits stays behind.
    package private(set) var keys: [Key] = []
    /// What was taken out once nothing is kept of the audio any more.
    private var lastCounts: [SuppressionCount]?
    /// What may be heard of the frames that come out from now on.
    package var line: LineCondition = .open {
        didSet {
            if line != oldValue { suppressor.policy = line == .open ? configuration.policy : .secure }
        }
    }

    /// - Parameters:
    ///   - sampleRate: 4,000 to 768,000 Hz.
    ///   - bounceGap: See ``PressIntake/bounceGap``.
    ///   - configuration: How tones are taken out.
    ///   - largestBlock: The most frames that a block has as a rule; room for as many is made beforehand.
    package init(
        sampleRate: Double, bounceGap: Duration, configuration: Suppressor.Configuration, largestBlock: Int = 0
    ) {
        self.sampleRate = sampleRate
        self.configuration = configuration
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        detector = Detector(sampleRate: sampleRate)
        intake = PressIntake(bounceGap: bounceGap)
        // The end brings what the look-ahead held.
        clean = LegSamples(legs: Self.channels, capacity: largestBlock + Int(0.1 * sampleRate))
        keys.reserveCapacity(16)
        heardBetween.reserveCapacity(16)
    }

    /// Time of the call, by the frames that came in.
    package var time: Duration { .seconds(Double(received) / sampleRate) }
    /// The stretches that were taken out and ended in the last block.
    package var removed: [SuppressionEvent] { suppressor.events }
    /// What was taken out of each leg so far, the caller's first.
    package var counts: [SuppressionCount] { lastCounts ?? suppressor.counts }

    /// Takes a telephone event whose times count in frames of the call; its press is among the next block's `keys`.
    package mutating func take(_ event: TelephoneEvent) {
        intake.take(
            .telephoneEvent(event.key, start: seconds(event.start), duration: seconds(event.duration)), at: time,
            into: &heardBetween)
    }

    /// Presses of telephone events that came since the last block.
    private var heardBetween: [Key] = []

    /// Takes as many frames of each leg.
    package mutating func process(_ legs: LegSamples) {
        clean.removeAll()
        suppressor.process(legs, into: &clean)
        muteIfNeeded()
        received += legs.frameCount
        beginKeys()
        detector.process(legs[Self.caller])
        admit(until: time)
    }

    /// The call is over: what is still held comes out.
    package mutating func finish() {
        clean.removeAll()
        suppressor.finish(into: &clean)
        muteIfNeeded()
        beginKeys()
        detector.finish()
        admit(until: time + intake.hold)
    }

    /// What is kept of the audio and its keys is given back; `counts` stays.
    package mutating func forget() {
        lastCounts = suppressor.counts
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        detector = Detector(sampleRate: sampleRate)
        keys.wipe()
    }

    private func seconds(_ frames: Int) -> Duration { .seconds(Double(frames) / sampleRate) }

    private mutating func beginKeys() {
        keys.wipe()
        keys.append(contentsOf: heardBetween)
        heardBetween.wipe()
    }

    /// What the detector has decided goes to the intake, as does the time.
    private mutating func admit(until now: Duration) {
        for event in detector.events {
            intake.take(PressReport(event, sampleRate: sampleRate), at: time, into: &keys)
        }
        intake.advance(to: now, into: &keys)
    }

    private mutating func muteIfNeeded() {
        if line == .muted { clean.silence() }
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
