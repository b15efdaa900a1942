import TextFormats
import CallControl
import MediaCore

/// What happened to the audio of a live call so far.
struct LiveCounts {
    var presses = 0
    var xruns: [CallLeg: Int] = [:]
    var droppedFrames: [CallLeg: Int] = [:]
    var stalls = 0
    var losses = 0
    var stallMilliseconds = 0

    mutating func count(_ event: MediaEvent) {
        switch event {
        case .key: presses += 1
        case .xrun(let leg): xruns[leg, default: 0] += 1
        case .dropped(let leg, let frames): droppedFrames[leg, default: 0] += frames
        case .stalled(let milliseconds):
            stalls += 1
            stallMilliseconds += milliseconds
        case .lost: losses += 1
        case .unrecorded, .reopened: break
        }
    }

    var allXruns: Int { xruns.values.reduce(0, +) }
    var allDropped: Int { droppedFrames.values.reduce(0, +) }
}

/// Troubles that may come a hundred times a second, told once a second at most, with their sum.
struct TroubleSums {
    private var xruns: [CallLeg: Int] = [:]
    private var dropped: [CallLeg: Int] = [:]
    /// Legs whose xruns are to be told, the one that waits longest first.
    private var turns: [CallLeg] = []
    private var lateTurns: [CallLeg] = []
    private var (nextXrun, nextLate) = (ContinuousClock.now, ContinuousClock.now)

    /// What is to be told of a leg since the last time.
    enum Sum: Equatable {
        case xruns(CallLeg, count: Int)
        case dropped(CallLeg, frames: Int)
    }

    /// Takes an event in; `false` where it is none that is summed.
    mutating func add(_ event: MediaEvent) -> Bool {
        switch event {
        case .xrun(let leg):
            xruns[leg, default: 0] += 1
            if !turns.contains(leg) { turns.append(leg) }
        case .dropped(let leg, let frames):
            dropped[leg, default: 0] += frames
            if !lateTurns.contains(leg) { lateTurns.append(leg) }
        default: return false
        }
        return true
    }

    /// What is due at `now`, of each kind one a second at most; at the call's end all of it.
    mutating func due(at now: ContinuousClock.Instant, isLast: Bool = false) -> [Sum] {
        var sums: [Sum] = []
        while !turns.isEmpty && (isLast || now >= nextXrun) {
            let leg = turns.removeFirst()
            sums.append(.xruns(leg, count: xruns.removeValue(forKey: leg) ?? 0))
            nextXrun = now + .seconds(1)
        }
        while !lateTurns.isEmpty && (isLast || now >= nextLate) {
            let leg = lateTurns.removeFirst()
            sums.append(.dropped(leg, frames: dropped.removeValue(forKey: leg) ?? 0))
            nextLate = now + .seconds(1)
        }
        return sums
    }
}

/// What names a call and its payment in each of the call's lines.
struct CallNames: Sendable {
    var call: String
    var session: String?
    /// The key of the present attempt; `nil` before the first.
    var idempotencyKey: String?
    /// Whether no money moves.
    var isTest = false
}

/// A live call's audio as JSON objects, one a line; a key is told without saying which.
struct LiveLines: Sendable {
    let sampleRate: Int
    var names: CallNames

    private func line(_ event: String, at time: Duration) -> JSONLine {
        var line = JSONLine()
        line.add("at", time.seconds, decimals: 3)
        line.add("time", WallClock.now)
        line.add("event", event)
        return line
    }

    private func end(_ line: JSONLine) -> String {
        var line = line
        if let session = names.session { line.add("session", session) }
        line.add("call", names.call)
        if let key = names.idempotencyKey { line.add("idempotency_key", key) }
        if names.isTest { line.add("test", true) }
        return line.line
    }

    func started(_ devices: [(CallLeg, String)], lookAhead: Double, recording: String?) -> String {
        var line = line("started", at: .zero)
        for (leg, name) in devices { line.add(leg.name.replacing("-", with: "_"), name) }
        line.add("rate", sampleRate)
        line.add("look_ahead_ms", lookAhead * 1000, decimals: 1)
        if let recording { line.add("recording", recording) }
        return end(line)
    }

    func event(_ event: MediaEvent, at time: Duration, _ counts: LiveCounts) -> String {
        var line: JSONLine
        switch event {
        case .key:
            line = self.line("key", at: time)
            line.add("count", counts.presses)
        case .xrun(let leg): return trouble(.xruns(leg, count: 1), at: time, counts)
        case .dropped(let leg, let frames): return trouble(.dropped(leg, frames: frames), at: time, counts)
        case .stalled(let milliseconds):
            line = self.line("stall", at: time)
            line.add("ms", milliseconds)
            line.add("count", counts.stalls)
        case .unrecorded: line = self.line("unrecorded", at: time)
        case .lost(let leg):
            line = self.line("lost", at: time)
            line.add("device", leg.name)
        case .reopened(let leg):
            line = self.line("reopened", at: time)
            line.add("device", leg.name)
        }
        return end(line)
    }

    func trouble(_ sum: TroubleSums.Sum, at time: Duration, _ counts: LiveCounts) -> String {
        var line: JSONLine
        switch sum {
        case .xruns(let leg, let count):
            line = self.line("xrun", at: time)
            line.add("device", leg.name)
            line.add("new", count)
            line.add("count", counts.xruns[leg] ?? 0)
        case .dropped(let leg, let frames):
            line = self.line("late", at: time)
            line.add("device", leg.name)
            line.add("dropped_ms", milliseconds(frames), decimals: 1)
        }
        return end(line)
    }

    /// A command that was not followed; one that is none is not repeated.
    func refused(_ command: String, _ reason: String, at time: Duration) -> String {
        var line = line("refused", at: time)
        line.add("command", command)
        line.add("reason", reason)
        return end(line)
    }

    func recordingFailed(_ reason: String, at time: Duration) -> String {
        var line = line("unrecorded", at: time)
        line.add("reason", reason)
        return end(line)
    }

    /// The call is over but for the gateway's answer.
    func waiting(_ limit: Duration, for what: String, at time: Duration) -> String {
        var line = line("waiting", at: time)
        line.add("for", what)
        line.add("at_most_s", limit.seconds, decimals: 0)
        return end(line)
    }

    /// Nobody waits for the gateway's answer any more.
    func leftOpen(ledger: String?, at time: Duration) -> String {
        var line = line("left-open", at: time)
        if let ledger { line.add("ledger", ledger) }
        return end(line)
    }

    /// What became of a call.
    struct Ending {
        var audio: Duration
        /// Frames in the recording, and its file.
        var recorded: Int?
        var recording: String?
        /// The payment's outcome; `nil` where there was none.
        var outcome: String?
    }

    func finished(_ ending: Ending, at time: Duration, _ counts: LiveCounts) -> String {
        var line = line("finished", at: time)
        line.add("audio_s", ending.audio.seconds, decimals: 3)
        line.add("keys", counts.presses)
        line.add("xruns", counts.allXruns)
        line.add("stalls", counts.stalls)
        line.add("dropped_ms", milliseconds(counts.allDropped), decimals: 1)
        line.add("losses", counts.losses)
        if let recorded = ending.recorded {
            let seconds = Double(recorded) / Double(sampleRate)
            line.add("recorded_s", seconds, decimals: 3)
            line.add("missing_ms", 1000 * max(0, ending.audio.seconds - seconds), decimals: 1)
        }
        if let recording = ending.recording { line.add("recording", recording) }
        if let outcome = ending.outcome { line.add("outcome", outcome) }
        return end(line)
    }

    private func milliseconds(_ frames: Int) -> Double { 1000 * Double(frames) / Double(sampleRate) }
}
