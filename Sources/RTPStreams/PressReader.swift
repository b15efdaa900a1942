import DTMF
import MediaCore
import RTPPackets
import Suppression

/// Reads the key presses of one stream, in-band and as telephone events, and counts each once.
struct PressReader: Sendable {
    /// Sample rate of the stream's audio, in Hz.
    private static let sampleRate = 8_000.0
    /// An event that lasts longer than its 16-bit duration goes on as another, with a timestamp that follows.
    private static let longestDuration: UInt32 = 0xFFFF

    private var intake = PressIntake()
    private(set) var keys: [Key] = []
    /// The event under way: its timestamp on the wire, and the sample at which it began.
    private var event: (key: Key, timestamp: UInt32, start: Int)?

    init() { keys.reserveCapacity(16) }

    /// Overwrites the keys.
    mutating func forget() {
        for index in keys.indices { keys[index] = .one }
        keys.removeAll(keepingCapacity: true)
    }

    /// Takes what the receiver has decided until sample `now`.
    mutating func take(_ events: [ChannelEvent], at now: Int) {
        for heard in events {
            switch heard.event {
            case .decided(let key, let onset): report(.inBand(key, onset: seconds(onset)), at: now)
            case .ended(let press): report(.inBandEnded(press.key, end: seconds(press.end)), at: now)
            }
        }
        intake.advance(to: seconds(now), into: &keys)
    }

    /// Takes an event packet. Its clock may be another than the audio's, so its first packet tells when it began.
    mutating func take(_ payload: TelephoneEventPayload?, _ header: RTPHeader, clockRate: Int, at now: Int) {
        guard let payload, let key = payload.key, clockRate > 0 else { return }
        let duration = Int(payload.duration) * Int(Self.sampleRate) / clockRate
        if let known = event, known.key == key, header.timestamp == known.timestamp &+ Self.longestDuration {
            event?.timestamp = header.timestamp
        } else if event?.key != key || event?.timestamp != header.timestamp {
            event = (key, header.timestamp, max(0, now - duration))
        }
        guard let event else { return }
        let lasted = max(duration, now - event.start)
        report(.telephoneEvent(key, start: seconds(event.start), duration: seconds(lasted)), at: now)
    }

    /// Ends the stream at sample `now`: nothing more can take the place of a tone that waits.
    mutating func finish(at now: Int) {
        intake.advance(to: seconds(now) + intake.hold, into: &keys)
    }

    private mutating func report(_ report: PressReport, at now: Int) {
        intake.take(report, at: seconds(now), into: &keys)
    }

    private func seconds(_ samples: Int) -> Duration { .seconds(Double(samples) / Self.sampleRate) }
}
