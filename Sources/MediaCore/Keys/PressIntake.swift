package import DTMF

/// A report of a key press, from the audio or from a telephone event. Times count from the beginning of the call.
package enum PressReport: Sendable, Hashable {
    /// The detector has decided on a key in the audio.
    case inBand(Key, onset: Duration)
    /// The tone of the last press in the audio is over.
    case inBandEnded(Key, end: Duration)
    /// A telephone-event packet (RFC 4733). Packets of one press have the same `start`, and `duration` grows.
    case telephoneEvent(Key, start: Duration, duration: Duration)
}

/// Merges the reports of a caller's key presses, so that each press counts once.
///
/// - A telephone event is one press, however many packets update its duration.
/// - If audio and event report the same press, the event wins. A tone that overlaps an event is that press, even if the
///   detector decided on another key. Events may come late, so tones wait for ``hold`` once a call has shown an event.
/// - The same key in the audio up to ``acousticDelay`` after an event is the event's tone picked up by the microphone.
/// - The same key again within ``bounceGap`` of its release is a bounce of one press.
///
/// Only the last press of each kind is remembered.
package struct PressIntake: Sendable {
    /// Longest delay of an event's own tone on its way through the air.
    package var acousticDelay: Duration
    /// How long a tone waits for an event, once the call has shown an event.
    package var hold: Duration
    /// The same key again within this time of its release is a bounce of one press.
    package var bounceGap: Duration

    private struct Press {
        var key: Key
        var start: Duration
        var end: Duration

        mutating func extend(to time: Duration) { end = max(end, time) }
    }

    private var lastEvent: Press?
    private var lastTone: Press?
    private var waiting: Press?
    private var lastGiven: Press?

    package init(
        bounceGap: Duration = .zero, acousticDelay: Duration = .milliseconds(250), hold: Duration = .milliseconds(80)
    ) {
        self.bounceGap = bounceGap
        self.acousticDelay = acousticDelay
        self.hold = hold
    }

    /// When the waiting tone is due; `nil` if no tone waits.
    package var nextDeadline: Duration? { waiting.map { $0.start + hold } }

    /// Takes a report that arrived at `now`. Appends each new press to `keys`.
    package mutating func take(_ report: PressReport, at now: Duration, into keys: inout [Key]) {
        advance(to: now, into: &keys)
        switch report {
        case .inBand(let key, let onset): hear(Press(key: key, start: onset, end: now), &keys)
        case .inBandEnded(let key, let end): release(key, at: end)
        case .telephoneEvent(let key, let start, let duration):
            hear(event: Press(key: key, start: start, end: start + duration), &keys)
        }
    }

    /// Appends the tone that has waited long enough.
    package mutating func advance(to now: Duration, into keys: inout [Key]) {
        guard let press = waiting, press.start + hold <= now else { return }
        waiting = nil
        admit(press, &keys)
    }

    private mutating func hear(_ tone: Press, _ keys: inout [Key]) {
        defer { lastTone = tone }
        if let event = lastEvent {
            let overlaps = tone.start <= event.end && tone.end >= event.start
            let isItsEcho = tone.key == event.key && tone.start <= event.end + acousticDelay && tone.end >= event.start
            if overlaps || isItsEcho { return }
            if let earlier = waiting { admit(earlier, &keys) }
            waiting = tone
        } else {
            admit(tone, &keys)
        }
    }

    private mutating func hear(event: Press, _ keys: inout [Key]) {
        if let known = lastEvent, known.key == event.key, known.start == event.start {
            lastEvent?.extend(to: event.end)
            lastGiven?.extend(to: event.end)
            return
        }
        lastEvent = event
        if let tone = waiting, tone.start <= event.end, tone.end + hold >= event.start { waiting = nil }
        // The call's first event may come after its tone was reported. It is the same press then, and already counted.
        if let tone = lastTone, let given = lastGiven, given.start == tone.start, given.key == event.key,
            tone.start <= event.end + hold, tone.end + hold >= event.start
        {
            return
        }
        admit(event, &keys)
    }

    private mutating func release(_ key: Key, at end: Duration) {
        if lastTone?.key == key { lastTone?.extend(to: end) }
        if waiting?.key == key { waiting?.extend(to: end) }
        if lastGiven?.key == key { lastGiven?.extend(to: end) }
    }

    private mutating func admit(_ press: Press, _ keys: inout [Key]) {
        defer { lastGiven = press }
        if let last = lastGiven, last.key == press.key, press.start < last.end + bounceGap { return }
        keys.append(press.key)
    }
}
