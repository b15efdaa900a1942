import CallControl
import Pipeline

/// What happened to the audio of a live call so far.
struct LiveCounts {
    var presses = 0
    var xruns: [LiveLeg: Int] = [:]
    var droppedFrames: [LiveLeg: Int] = [:]
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

/// A live call's audio as JSON objects, one a line; a key is told without saying which.
struct LiveLines {
    let sampleRate: Int

    func started(_ names: [(LiveLeg, String)], look: Double) -> String {
        var line = JSONLine()
        line.add("at", 0, decimals: 3)
        line.add("event", "started")
        for (leg, name) in names { line.add(leg.name.replacing("-", with: "_"), name) }
        line.add("rate", sampleRate)
        line.add("look_ahead_ms", look * 1000, decimals: 1)
        return line.line
    }

    func event(_ event: MediaEvent, at time: Duration, _ counts: LiveCounts) -> String {
        var line = JSONLine()
        line.add("at", time.seconds, decimals: 3)
        switch event {
        case .key:
            line.add("event", "key")
            line.add("count", counts.presses)
        case .xrun(let leg):
            line.add("event", "xrun")
            line.add("device", leg.name)
            line.add("count", counts.xruns[leg] ?? 0)
        case .dropped(let leg, let frames):
            line.add("event", "late")
            line.add("device", leg.name)
            line.add("dropped_ms", 1000 * Double(frames) / Double(sampleRate), decimals: 1)
        case .stalled(let milliseconds):
            line.add("event", "stall")
            line.add("ms", milliseconds)
            line.add("count", counts.stalls)
        case .unrecorded:
            line.add("event", "unrecorded")
        case .lost(let leg):
            line.add("event", "lost")
            line.add("device", leg.name)
        case .reopened(let leg):
            line.add("event", "reopened")
            line.add("device", leg.name)
        }
        return line.line
    }

    func recordingFailed(_ reason: String, at time: Duration) -> String {
        var line = JSONLine()
        line.add("at", time.seconds, decimals: 3)
        line.add("event", "unrecorded")
        line.add("reason", reason)
        return line.line
    }

    func finished(at time: Duration, audio: Duration, _ counts: LiveCounts, recorded: Int?) -> String {
        var line = JSONLine()
        line.add("at", time.seconds, decimals: 3)
        line.add("event", "finished")
        line.add("audio_s", audio.seconds, decimals: 3)
        line.add("keys", counts.presses)
        line.add("xruns", counts.allXruns)
        line.add("stalls", counts.stalls)
        line.add("dropped_ms", 1000 * Double(counts.allDropped) / Double(sampleRate), decimals: 1)
        line.add("losses", counts.losses)
        if let recorded {
            let seconds = Double(recorded) / Double(sampleRate)
            line.add("recorded_s", seconds, decimals: 3)
            line.add("missing_ms", 1000 * max(0, audio.seconds - seconds), decimals: 1)
        }
        return line.line
    }
}
