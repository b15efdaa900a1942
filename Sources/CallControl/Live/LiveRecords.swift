internal import MediaCore

/// The names of a call and of its payment, for each of the call's events.
package struct CallNames: Sendable, Hashable {
    package var call: String
    package var session: String?
    /// The key of the present attempt; `nil` before the first.
    package var idempotencyKey: String?
    /// Whether no money moves.
    package var isTest = false

    package init(call: String, session: String? = nil, isTest: Bool = false) {
        self.call = call
        self.session = session
        self.isTest = isTest
    }
}

/// The audio events of a live call as records. The record of a key does not say which key it was.
struct LiveRecords: Sendable {
    let sampleRate: Int
    var names: CallNames

    private func record(_ event: String, at time: Duration) -> EventRecord {
        var record = EventRecord()
        record.add("at", time.seconds, decimals: 3)
        record.add("time", WallClock.now)
        record.add("event", event)
        return record
    }

    private func end(_ record: EventRecord) -> EventRecord {
        var record = record
        if let session = names.session { record.add("session", session) }
        record.add("call", names.call)
        if let key = names.idempotencyKey { record.add("idempotency_key", key) }
        if names.isTest { record.add("test", true) }
        return record
    }

    func started(_ ports: [(CallLeg, String)], lookAhead: Double, recording: String?) -> EventRecord {
        var record = record("started", at: .zero)
        for (leg, name) in ports { record.add(leg.name.replacing("-", with: "_"), name) }
        record.add("rate", sampleRate)
        record.add("look_ahead_ms", lookAhead * 1000, decimals: 1)
        if let recording { record.add("recording", recording) }
        return end(record)
    }

    func event(_ event: MediaEvent, at time: Duration, _ counts: CallCounts) -> EventRecord {
        var record: EventRecord
        switch event {
        case .key:
            record = self.record("key", at: time)
            record.add("count", counts.presses)
        case .xrun(let leg): return trouble(.xruns(leg, count: 1), at: time, counts)
        case .dropped(let leg, let frames): return trouble(.dropped(leg, frames: frames), at: time, counts)
        case .stalled(let milliseconds):
            record = self.record("stall", at: time)
            record.add("ms", milliseconds)
            record.add("count", counts.stalls)
        case .unrecorded: record = self.record("unrecorded", at: time)
        case .lost(let leg):
            record = self.record("lost", at: time)
            record.add("device", leg.name)
        case .reopened(let leg):
            record = self.record("reopened", at: time)
            record.add("device", leg.name)
        }
        return end(record)
    }

    func trouble(_ sum: TroubleSums.Sum, at time: Duration, _ counts: CallCounts) -> EventRecord {
        var record: EventRecord
        switch sum {
        case .xruns(let leg, let count):
            record = self.record("xrun", at: time)
            record.add("device", leg.name)
            record.add("new", count)
            record.add("count", counts.xruns[leg] ?? 0)
        case .dropped(let leg, let frames):
            record = self.record("late", at: time)
            record.add("device", leg.name)
            record.add("dropped_ms", milliseconds(frames), decimals: 1)
        }
        return end(record)
    }

    /// The record of a refused command. The text of an unknown command is not repeated.
    func refused(_ command: String, _ reason: String, at time: Duration) -> EventRecord {
        var record = record("refused", at: time)
        record.add("command", command)
        record.add("reason", reason)
        return end(record)
    }

    func recordingFailed(_ reason: String, at time: Duration) -> EventRecord {
        var record = record("unrecorded", at: time)
        record.add("reason", reason)
        return end(record)
    }

    /// The call has ended except for the gateway's answer.
    func waiting(_ limit: Duration, for what: String, at time: Duration) -> EventRecord {
        var record = record("waiting", at: time)
        record.add("for", what)
        record.add("at_most_s", limit.seconds, decimals: 0)
        return end(record)
    }

    /// The wait for the gateway's answer was given up.
    func leftOpen(ledger: String?, at time: Duration) -> EventRecord {
        var record = record("left-open", at: time)
        if let ledger { record.add("ledger", ledger) }
        return end(record)
    }

    /// The result of a call.
    struct Ending {
        var audio: Duration
        /// Number of frames in the recording, and its file.
        var recorded: Int?
        var recording: String?
        /// The payment's outcome; `nil` if the call had none.
        var outcome: String?
    }

    func finished(_ ending: Ending, at time: Duration, _ counts: CallCounts) -> EventRecord {
        var record = record("finished", at: time)
        record.add("audio_s", ending.audio.seconds, decimals: 3)
        record.add("keys", counts.presses)
        record.add("xruns", counts.allXruns)
        record.add("stalls", counts.stalls)
        record.add("dropped_ms", milliseconds(counts.allDropped), decimals: 1)
        record.add("losses", counts.losses)
        if let recorded = ending.recorded {
            let seconds = Double(recorded) / Double(sampleRate)
            record.add("recorded_s", seconds, decimals: 3)
            record.add("missing_ms", 1000 * max(0, ending.audio.seconds - seconds), decimals: 1)
        }
        if let recording = ending.recording { record.add("recording", recording) }
        if let outcome = ending.outcome { record.add("outcome", outcome) }
        return end(record)
    }

    private func milliseconds(_ frames: Int) -> Double { 1000 * Double(frames) / Double(sampleRate) }
}
