package import DTMF

/// One report of a key being pressed, as one of two ways of hearing tells it. Times count from the call's beginning.
package enum PressReport: Sendable, Hashable {
    /// The tone of a key was decided in the audio.
    case inBand(Key, onset: Duration)
    /// The tone of the press told last in the audio is over.
    case inBandEnded(Key, end: Duration)
    /// A telephone-event packet (RFC 4733): the same `start` names the same press, `duration` grows from packet to
    /// packet.
    case telephoneEvent(Key, start: Duration, duration: Duration)
}

/// The presses of a caller, each once, whether audio, telephone events or both tell of them.
///
/// - A telephone event is one press, however many packets update its duration.
/// - Where both tell of a press, the event wins: a tone that overlaps an event is that press, whatever key it was taken
///   for. So that an event may come late, tones wait for ``hold`` once a call has shown an event.
/// - The same key in the audio up to ``acousticDelay`` after an event is the event's tone picked up by the microphone.
/// - The same key again within ``bounceGap`` of its release is the bounce of one press.
///
/// It remembers the last press of either kind and nothing older.
package struct PressIntake: Sendable {
    /// How late an event's own tone may come back through the air.
    package var acousticDelay: Duration
    /// How long a tone waits for an event, once events are known to come.
    package var hold: Duration
    /// The same key again within this time of its release is the bounce of one press.
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

    /// When a waiting tone wants to be given; `nil` where none waits.
    package var nextDeadline: Duration? { waiting.map { $0.start + hold } }

    /// Takes a report that came at `now`; each press that is new is appended to `keys`.
    package mutating func take(_ report: PressReport, at now: Duration, into keys: inout [Key]) {
        advance(to: now, into: &keys)
        switch report {
        case .inBand(let key, let onset): hear(Press(key: key, start: onset, end: now), &keys)
        case .inBandEnded(let key, let end): release(key, at: end)
        case .telephoneEvent(let key, let start, let duration):
            hear(event: Press(key: key, start: start, end: start + duration), &keys)
        }
    }

    /// Gives the tone that has waited long enough.
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
        // The call's first event may come after its tone was given: then it is that press, already counted.
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
