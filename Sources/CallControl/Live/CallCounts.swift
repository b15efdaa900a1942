package import MediaCore

/// Counts of what has happened to the audio of a live call so far.
package struct CallCounts: Sendable, Hashable {
    package private(set) var presses = 0
    package private(set) var xruns: [CallLeg: Int] = [:]
    package private(set) var droppedFrames: [CallLeg: Int] = [:]
    package private(set) var stalls = 0
    package private(set) var losses = 0

    package init() {}

    package mutating func count(_ event: MediaEvent) {
        switch event {
        case .key: presses += 1
        case .xrun(let leg): xruns[leg, default: 0] += 1
        case .dropped(let leg, let frames): droppedFrames[leg, default: 0] += frames
        case .stalled: stalls += 1
        case .lost: losses += 1
        case .unrecorded, .reopened: break
        }
    }

    package var allXruns: Int { xruns.values.reduce(0, +) }
    package var allDropped: Int { droppedFrames.values.reduce(0, +) }
}

/// Sums of events that may occur a hundred times a second. Each sum is reported once a second at most.
struct TroubleSums {
    private var xruns: [CallLeg: Int] = [:]
    private var dropped: [CallLeg: Int] = [:]
    /// Legs with xruns to report. The leg that has waited longest comes first.
    private var turns: [CallLeg] = []
    private var lateTurns: [CallLeg] = []
    private var (nextXrun, nextLate) = (Duration.zero, Duration.zero)

    /// A sum for one leg since its last report.
    enum Sum: Equatable {
        case xruns(CallLeg, count: Int)
        case dropped(CallLeg, frames: Int)
    }

    /// Adds an event to its sum. Returns `false` if events of this kind are not summed.
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

    /// The sums due at `now`: one of each kind a second at most, or all of them at the end of the call.
    mutating func due(at now: Duration, isLast: Bool = false) -> [Sum] {
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
