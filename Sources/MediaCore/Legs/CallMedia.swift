package import DTMF
package import LineControl
package import Suppression

/// The media of a call. The legs of caller and agent go in. Clean legs and the caller's keys come out.
///
/// The output is in `clean`, `keys` and `removed` until the next call of `process(_:)`. After the largest block nothing
/// is allocated.
package struct CallMedia {
    /// Positions of the legs in `clean` and in a recording.
    package static let (caller, agent) = (0, 1)
    /// Sample rates at which keys can be detected, in Hz.
    package static let sampleRates = 4_000...768_000
    package static let channels = 2

    private let sampleRate: Double
    private let configuration: Suppressor.Configuration
    private var suppressor: Suppressor
    private var intake: PressIntake
    /// Number of frames taken so far.
    package private(set) var received = 0
    /// The frames that are due, without tones. They are as many as came in, later by the look-ahead.
    package private(set) var clean: LegSamples
    /// The presses in the last block, each once. They are wiped with the next block, so that no sequence of digits
    /// stays in memory.
    package private(set) var keys: [Key] = []
    /// What was removed, after the audio itself has been released.
    private var lastCounts: [SuppressionCount]?
    /// What the agent may hear of the next output frames.
    package var line: LineCondition = .open {
        didSet {
            if line != oldValue { suppressor.policy = line == .open ? configuration.policy : .secure }
        }
    }

    /// - Parameters:
    ///   - sampleRate: 4,000 to 768,000 Hz.
    ///   - bounceGap: See ``PressIntake/bounceGap``.
    ///   - configuration: How tones are removed.
    ///   - largestBlock: The usual largest number of frames in a block. Memory for it is reserved.
    package init(
        sampleRate: Double, bounceGap: Duration, configuration: Suppressor.Configuration,
        largestBlock: Int = 0
    ) {
        self.sampleRate = sampleRate
        self.configuration = configuration
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        intake = PressIntake(bounceGap: bounceGap)
        // At the end, the frames held by the look-ahead are added.
        clean = LegSamples(legs: Self.channels, capacity: largestBlock + Int(0.1 * sampleRate))
        keys.reserveCapacity(16)
        heardBetween.reserveCapacity(16)
    }

    /// Time of the call, by the number of frames taken.
    package var time: Duration { .seconds(Double(received) / sampleRate) }
    /// The removed stretches that ended in the last block.
    package var removed: [SuppressionEvent] { suppressor.events }
    /// What has been removed from each leg so far, the caller's first.
    package var counts: [SuppressionCount] { lastCounts ?? suppressor.counts }

    /// Takes a telephone event. Its times count in frames of the call, and its press is in the next block's `keys`.
    package mutating func take(_ event: TelephoneEvent) {
        intake.take(
            .telephoneEvent(event.key, start: seconds(event.start), duration: seconds(event.duration)), at: time,
            into: &heardBetween)
    }

    /// Presses of telephone events since the last block.
    private var heardBetween: [Key] = []

    /// Takes the same number of frames of each leg.
    package mutating func process(_ legs: LegSamples) {
        clean.removeAll()
        suppressor.process(legs, into: &clean)
        muteIfNeeded()
        received += legs.frameCount
        beginKeys()
        admit(until: time)
    }

    /// Ends the call and outputs the frames that are still held.
    package mutating func finish() {
        clean.removeAll()
        suppressor.finish(into: &clean)
        muteIfNeeded()
        beginKeys()
        admit(until: time + intake.hold)
    }

    /// Releases the audio and the keys that are kept; `counts` stays.
    package mutating func forget() {
        lastCounts = suppressor.counts
        suppressor = Suppressor(sampleRate: sampleRate, channels: Self.channels, configuration: configuration)
        keys.wipe()
    }

    private func seconds(_ frames: Int) -> Duration { .seconds(Double(frames) / sampleRate) }

    private mutating func beginKeys() {
        keys.wipe()
        keys.append(contentsOf: heardBetween)
        heardBetween.wipe()
    }

    /// Passes the caller's digits and the time to the intake.
    private mutating func admit(until now: Duration) {
        for heard in suppressor.keyEvents where heard.channel == Self.caller {
            intake.take(PressReport(heard.event, sampleRate: sampleRate), at: time, into: &keys)
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
